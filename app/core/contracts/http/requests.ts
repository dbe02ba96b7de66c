import { z } from 'zod';
import { PROVIDERS } from '../../domain/host/repo.ts';
import { Attachment } from './attachments.ts';
import { RunState, RunStatusWord } from './runs.ts';

const time = z.iso.datetime();

/** States of a request, in the words existing clients of the API know. */
const RequestStateWord = z
  .enum([
    'RECEIVED',
    'SPEC_READY',
    'CHAT_REVIEWED',
    'PLAN_READY',
    'EXECUTING',
    'PATCH_READY',
    'MR_OPENED',
    'REVIEWED',
    'DONE',
    'FAILED',
  ])
  .meta({ id: 'RequestState' });

const Project = z.object({
  id: z.string().nullable().describe('Repository link it was asked through; null for a request made on the host'),
  provider: z.enum(PROVIDERS),
  repository: z.string(),
  base_url: z.string(),
});

const ChatMessage = z.object({
  role: z.enum(['user', 'assistant']),
  message: z.string(),
  author: z.string().optional().describe('Login of the person who said it'),
  created_at: time,
  run_id: z.uuid().optional(),
  attachments: z.array(Attachment).optional(),
});

/** A request, as lists show it. */
export const RequestSummary = z
  .object({
    id: z.uuid(),
    tenant_id: z.string(),
    source: z.string(),
    sender: z.string(),
    project: Project,
    state: RequestStateWord,
    payload: z.object({
      title: z.string(),
      description: z.string(),
      context: z.record(z.string(), z.unknown()),
      attachments: z.array(Attachment).describe('Of one request; lists leave them out'),
    }),
    artifacts: z
      .object({ branch: z.string().optional(), commit: z.string().optional() })
      .describe('The branch its work is on, and the commit that was last pushed there'),
    metadata: z.object({
      project: Project,
      prompt: z.string(),
      requester: z.object({ id: z.number(), login: z.string() }),
      thread: z
        .object({ kind: z.enum(['issue', 'pull']), number: z.number(), title: z.string() })
        .nullable()
        .describe('Where it was asked; null: through the API'),
      runs: z.array(
        z.object({
          id: z.uuid(),
          status: RunStatusWord,
          state: RunState,
          started_at: time.nullable(),
          finished_at: time.nullable(),
        }),
      ),
      mr: z
        .object({ number: z.number(), ref: z.string(), source_branch: z.string(), target_branch: z.string() })
        .optional(),
    }),
    created_at: time,
  })
  .meta({ id: 'RequestSummary' });
export type RequestSummary = z.infer<typeof RequestSummary>;

/** A request as a whole. */
export const RequestDetail = RequestSummary.extend({
  metadata: RequestSummary.shape.metadata.extend({ chat_messages: z.array(ChatMessage) }),
}).meta({ id: 'Request' });
export type RequestDetail = z.infer<typeof RequestDetail>;
