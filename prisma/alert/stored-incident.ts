import { z } from 'zod';
import { ACTS } from '#core/domain/alert/acting.ts';
import { TRACKERS } from '#core/domain/alert/alert.ts';
import { INCIDENT_STATES, type Incident } from '#core/domain/alert/incident.ts';

/** The columns of an incident, of which {@link StoredIncident} makes one. */
export const INCIDENT_COLUMNS = `id, tenant_id, source, tracker, repository, kind, state, act, reason, title, level, environment,
  issue_ids, issue_url, releases, release_sha, places, account, alerts, round, storm_id, request_id, thread_number, thread_url,
  merged_sha, merged_at, begun_at, created_at, last_at`;

/** An incident as its row tells of it. */
export const StoredIncident = z
  .object({
    id: z.string(),
    tenant_id: z.string(),
    source: z.string(),
    tracker: z.enum(TRACKERS),
    repository: z.string(),
    kind: z.enum(['cause', 'storm']),
    state: z.enum(INCIDENT_STATES),
    act: z.enum(ACTS),
    reason: z.string().nullable(),
    title: z.string(),
    level: z.string().nullable(),
    environment: z.string().nullable(),
    issue_ids: z.array(z.string()),
    issue_url: z.string().nullable(),
    releases: z.array(z.string()),
    release_sha: z.string().nullable(),
    places: z.array(z.string()),
    account: z.string(),
    alerts: z.number(),
    round: z.number(),
    storm_id: z.string().nullable(),
    request_id: z.string().nullable(),
    thread_number: z.number().nullable(),
    thread_url: z.string().nullable(),
    merged_sha: z.string().nullable(),
    merged_at: z.date().nullable(),
    begun_at: z.date().nullable(),
    created_at: z.date(),
    last_at: z.date(),
  })
  .transform((stored): Incident => {
    const { tenant_id: tenantId, issue_ids: issueIds, issue_url: issueUrl, release_sha: releaseSha, ...named } = stored;
    const {
      storm_id: stormId,
      request_id: requestId,
      begun_at: begun,
      created_at: created,
      last_at: last,
      ...rest
    } = named;
    const { thread_number: number, thread_url: url, merged_sha: sha, merged_at: at, ...same } = rest;
    return {
      ...{ ...same, tenantId, issueIds, issueUrl, releaseSha, stormId, requestId },
      thread: number === null ? null : { number, url: url ?? '' },
      merged: sha === null || at === null ? null : { sha, at: at.toISOString() },
      begunAt: begun?.toISOString() ?? null,
      createdAt: created.toISOString(),
      lastAt: last.toISOString(),
    };
  });
