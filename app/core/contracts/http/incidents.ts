import { z } from 'zod';
import { ACTS } from '../../domain/alert/acting.ts';
import { TRACKERS } from '../../domain/alert/alert.ts';
import { INCIDENT_STATES } from '../../domain/alert/incident.ts';
import { PageQuery } from './pages.ts';

/** Which incidents to list. */
export const IncidentQuery = PageQuery.extend({
  state: z.enum(INCIDENT_STATES).optional(),
});

/** Alerts of one cause in one repository, or a storm of causes. */
export const IncidentSummary = z
  .object({
    id: z.uuid(),
    source: z.string().describe('Which of the configured error trackers'),
    tracker: z.enum(TRACKERS),
    repository: z.string().describe('Where it is to be mended, `github:owner/name`'),
    kind: z.enum(['cause', 'storm']).describe('A storm is of many causes at once; it has an issue and no request'),
    state: z
      .enum(INCIDENT_STATES)
      .describe(
        '`recorded`: known, nothing is done about it; `paused`: it came in a storm; `begun`: it has a request or is about to; `merged`: its change was merged; `closed`: ended without one',
      ),
    act: z.enum(ACTS).describe('What is done about it at most'),
    title: z.string(),
    level: z.string().nullable(),
    environment: z.string().nullable(),
    issue_url: z.url().nullable().describe('Page of its first issue at the tracker'),
    alerts: z.number().int().describe('How many alerts told of it'),
    round: z.number().int().describe('1, and one more each time it came back and was taken up again'),
    request_id: z.uuid().nullable().describe('The request of the present round'),
    thread: z
      .object({ number: z.number().int(), url: z.string() })
      .nullable()
      .describe('The issue on the Git host in which people decide'),
    created_at: z.iso.datetime(),
    last_at: z.iso.datetime().describe('When an alert last told of it'),
  })
  .meta({ id: 'Incident' });
export type IncidentSummary = z.infer<typeof IncidentSummary>;

/** An incident with all that is known of it. */
export const IncidentDetail = IncidentSummary.extend({
  reason: z.string().nullable().describe('Why nothing, or less than was configured, is done about it'),
  account: z.string().describe('What failed, where, how often and since when, as text'),
  issue_ids: z.array(z.string()).describe('Issues of the tracker with this cause, first seen first'),
  releases: z.array(z.string()).describe('Releases in which it happened before its fix was merged'),
  release_sha: z.string().nullable().describe('The commit that the newest failing release was built of'),
  merged: z
    .object({ sha: z.string(), at: z.iso.datetime() })
    .nullable()
    .describe('The commit by which its fix was merged'),
  storm_id: z.uuid().nullable().describe('The incident of the storm in which it was paused'),
}).meta({ id: 'IncidentDetail' });
export type IncidentDetail = z.infer<typeof IncidentDetail>;
