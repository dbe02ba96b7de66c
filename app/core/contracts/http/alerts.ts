import { z } from 'zod';
import { PageQuery } from './pages.ts';
import { OCCASIONS, TRACKERS } from '../../domain/alert/alert.ts';

/** Which alerts to list. */
export const AlertQuery = PageQuery.extend({
  incident_id: z.uuid().optional().describe('Those of one incident'),
});

/** An issue of an error tracker as a delivery told of it. */
export const AlertSummary = z
  .object({
    id: z.uuid(),
    source: z.string().describe('Which of the configured error trackers'),
    tracker: z.enum(TRACKERS),
    occasion: z
      .enum(OCCASIONS)
      .describe(
        'Why it was told: a rule fired, the issue is new, came back, happens far more often, was resolved or opened again',
      ),
    issue_id: z.string().describe('The issue at the tracker'),
    issue_url: z.url().nullable().describe('Its page there'),
    projects: z.array(z.string()).describe('Name, slug or number of its project at the tracker, whichever was told'),
    title: z.string(),
    level: z.string().nullable(),
    environment: z.string().nullable(),
    release: z.string().nullable(),
    repository: z
      .string()
      .nullable()
      .describe('Where it is to be mended, `github:owner/name`; null when none is known'),
    outcome: z.string().describe('What became of it'),
    incident_id: z.uuid().nullable().describe('The incident it belongs to; null for one that belongs to none'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Alert' });
export type AlertSummary = z.infer<typeof AlertSummary>;

/** An alert with all that is known of it. */
export const AlertDetail = AlertSummary.extend({
  cause: z.string().nullable().describe('What alerts of one cause have in common; null where it is not known'),
  account: z
    .string()
    .nullable()
    .describe('What failed, where, how often and since when, as text; null for one that asks for nothing'),
}).meta({ id: 'AlertDetail' });
export type AlertDetail = z.infer<typeof AlertDetail>;
