import { z } from 'zod';
import { RunLogEvent } from '../run-log.ts';
import { RequestDetail } from './requests.ts';
import { RunDetail } from './runs.ts';

const time = z.iso.datetime();

/** What was said to the request of a run. */
const ExportedMessage = z.object({
  id: z.uuid(),
  author: z.object({ id: z.number(), login: z.string() }),
  text: z.string(),
  created_at: time,
});

/** What was decided about a run. */
const ExportedApproval = z.object({
  decision: z.enum(['approve', 'reject']),
  subject: z.enum(['plan', 'publish']),
  author: z.object({ id: z.number(), login: z.string() }),
  reason: z.string(),
  created_at: time,
});

/** A call at the model as it went over the wire, redacted. */
const ExportedCall = z.object({
  started_at: time,
  took_ms: z.number(),
  status: z.int(),
  model: z.string().nullable(),
  request: z.string(),
  response: z.string(),
  cut: z.boolean().describe('A body was too long to be kept whole'),
});

/** Everything that is kept of a run, in one file. */
export const RunExport = z
  .object({
    format: z.literal('astraforge.run/1'),
    exported_at: time,
    request: RequestDetail,
    run: RunDetail.omit({ events: true, events_omitted: true, diff: true }),
    messages: z.array(ExportedMessage),
    approvals: z.array(ExportedApproval),
    diff: z.string(),
    log: z.array(z.object({ position: z.int(), event: RunLogEvent })).describe('All of it that is kept, oldest first'),
    model_calls: z.array(ExportedCall).describe('Those that are kept, oldest first'),
  })
  .meta({ id: 'RunExport' });
export type RunExport = z.infer<typeof RunExport>;
