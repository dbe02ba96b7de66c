import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { Incident } from '#core/domain/alert/incident.ts';
import type { Incidents, Told } from '#core/ports/incidents.ts';
import type { Database } from '../database/database.ts';
import { storableJson } from '../database/storable.ts';
import { OF_ALERT, READ, readingIncidents } from './reading-incidents.ts';
import { INCIDENT_COLUMNS, StoredIncident } from './stored-incident.ts';

/** So many issues and releases of one incident are remembered by it; its keys find it all the same. */
const LISTED_MAX = 100;

/** A row that is there already answers as well, also one that was committed after this statement began. */
const CLAIM_KEYS = `
  insert into incident_key (key, tenant_id, incident_id)
  select told.key, $2, $3::uuid from unnest($1::text[]) as told(key) order by told.key
  on conflict (key) do update set key = excluded.key
  returning key, incident_id`;

const POINT_KEYS = `
  update incident_key set incident_id = $3::uuid where key = any($1::text[]) and incident_id = $2::uuid returning key`;

/** The incident of an entry ($1) with another id ($2), if there is none of that id. */
const insertedSql = (id: string): string => `
  insert into incident (${INCIDENT_COLUMNS}, paths)
  select ${id}, entry."tenantId", entry.source, entry.tracker, entry.repository, entry.kind, entry.state, entry.act, entry.reason,
    entry.title, entry.level, entry.environment, entry."issueIds", entry."issueUrl", entry.releases, entry."releaseSha",
    entry.places, entry.account, 0, entry.round, null::uuid, null::uuid, null::integer, null::text, null::text, null::timestamptz,
    null::timestamptz, entry."createdAt", entry."lastAt", '{}'
  from jsonb_to_record($1::jsonb) as entry(
    id uuid, "tenantId" text, source text, tracker text, repository text, kind text, state text, act text, reason text, title text,
    level text, environment text, "issueIds" text[], "issueUrl" text, releases text[], "releaseSha" text, places text[], account text,
    round integer, "createdAt" timestamptz, "lastAt" timestamptz)
  on conflict (id) do nothing`;

const INSERT = `${insertedSql('$2::uuid')} returning id`;

/** Counts an alert once: who sets its incident counts it. */
const JOIN = `
  with joined as (
    update alert set incident_id = $2::uuid where id = $1::uuid and incident_id is null returning issue_id, release, created_at
  )
  update incident set
    alerts = alerts + 1,
    last_at = greatest(last_at, joined.created_at),
    issue_ids = case when joined.issue_id = any(issue_ids) or cardinality(issue_ids) >= ${LISTED_MAX}
      then issue_ids else issue_ids || joined.issue_id end,
    releases = case
      when joined.release is null or joined.release = any(releases) or cardinality(releases) >= ${LISTED_MAX} or state = 'merged' or merged_at is not null
      then releases else releases || joined.release end
  from joined where incident.id = $2::uuid returning id`;

/** One that has had a request begins its next round, also when a storm kept it from that before. The row of the source is locked and read anew by the update, so that two at once never both take the last place. */
const BEGIN = `
  with stands as (
    select id, tenant_id, source from incident where id = $1::uuid and round = $2 and state = $3
  ), taken as (
    insert into incident_flow (tenant_id, source, begun)
    select tenant_id, source, array[$5::timestamptz] from stands
    on conflict (tenant_id, source) do update set
      begun = array(select at from unnest(incident_flow.begun) as at where at > $6::timestamptz) || excluded.begun
      where (select count(*) from unnest(incident_flow.begun) as at where at > $6::timestamptz) < $7
    returning source
  ), begun as (
    update incident set state = 'begun', act = $4, reason = null, begun_at = $5::timestamptz, storm_id = null,
      round = case when request_id is null then round else round + 1 end, request_id = null,
      told_version = 0, paths = '{}', paths_at = null, merged_sha = null, merged_at = null
    from taken where incident.id = $1::uuid and round = $2 and state = $3
    returning id
  )
  select (select count(*) from stands)::int as stands, (select count(*) from begun)::int as begun`;

const PAUSE = `
  with made as (${insertedSql('entry.id')} returning id)
  update incident set state = 'paused', storm_id = (select (entry->>'id')::uuid from (select $1::jsonb as entry) as told)
  where id = $2::uuid and state = $3 returning id`;

const NOTE = `
  update incident set
    state = coalesce(patch.state, incident.state),
    act = coalesce(patch.act, incident.act),
    account = coalesce(patch.account, incident.account),
    reason = case when told ? 'reason' then patch.reason else incident.reason end,
    thread_number = coalesce((patch.thread->>'number')::integer, thread_number),
    thread_url = coalesce(patch.thread->>'url', thread_url),
    request_id = coalesce(patch."requestId", request_id),
    release_sha = coalesce(patch."releaseSha", release_sha),
    merged_sha = coalesce(patch.merged->>'sha', merged_sha),
    merged_at = coalesce((patch.merged->>'at')::timestamptz, merged_at)
  from (select $2::jsonb as told) as given cross join jsonb_to_record($2::jsonb) as patch(
    state text, act text, account text, reason text, thread jsonb, "requestId" uuid, "releaseSha" text, merged jsonb)
  where id = $1::uuid and round = coalesce($3::integer, round)
    and incident.state = coalesce($4::text, incident.state) returning id`;

const TOLD = `
  update incident set told_version = greatest(told_version, $2) where id = $1::uuid returning id`;

/** The tenant's row keeps two apart: whoever comes later sees what the first one took. */
const TAKE = `
  with mutex as (
    update tenant set name = name where id = (select tenant_id from incident where id = $1::uuid) returning id
  )
  update incident set paths_at = case when paths = $2::text[] then paths_at else extract(epoch from clock_timestamp()) end, paths = $2::text[]
  from mutex where incident.id = $1::uuid returning incident.id`;
const TAKEN = `
  select path, other.thread_url as url
  from incident as own join incident as other
    on other.tenant_id = own.tenant_id and other.repository = own.repository and other.id <> own.id
      and other.state = 'begun' and other.paths_at < own.paths_at
    cross join unnest($2::text[]) as path
  where own.id = $1::uuid and path = any(other.paths) order by path`;
const GIVE_BACK = `update incident set paths = '{}', paths_at = null where id = $1::uuid returning id`;

const KeyRow = z.object({ key: z.string(), incident_id: z.string() });
const IdRow = z.object({ id: z.string() });
const BegunRow = z.object({ stands: z.number(), begun: z.number() });
const TakenRow = z.object({ path: z.string(), url: z.string().nullable() });
const MINUTE_MS = 60_000;

/** Incidents on a database. */
export function openIncidents(database: Database): Incidents {
  const { rows } = database;
  const one = async (action: string, text: string, values: readonly unknown[]): Promise<Incident | undefined> =>
    (await rows(StoredIncident, { action, text, values }))[0];
  return {
    ...readingIncidents(database),
    async group(told) {
      const known = await one('Reading the incident of an alert', OF_ALERT, [told.alertId]);
      if (known !== undefined) return known;
      const id = await ownerOf(database, told);
      await rows(IdRow, { action: 'Making an incident', text: INSERT, values: [storableJson(told.anew), id] });
      await rows(IdRow, { action: 'Joining an incident', text: JOIN, values: [told.alertId, id] });
      const joined = await one('Reading an incident', READ, [id]);
      if (joined === undefined)
        throw new AppError('internal', 'An incident that was made is gone', { context: { id } });
      return joined;
    },
    async begin({ id, round, state }, { act, bound, now }) {
      const since = new Date(Date.parse(now) - bound.minutes * MINUTE_MS).toISOString();
      const values = [id, round, state, act, now, since, bound.requests];
      const [row] = await rows(BegunRow, { action: 'Beginning with an incident', text: BEGIN, values });
      if (row !== undefined && row.begun > 0) return 'begun';
      return row !== undefined && row.stands > 0 ? 'storm' : 'no';
    },
    async pause({ id, state }, storm) {
      await rows(IdRow, { action: 'Pausing an incident', text: PAUSE, values: [storableJson(storm), id, state] });
    },
    async note(id, patch, standing) {
      const values = [id, storableJson(patch), standing?.round ?? null, standing?.state ?? null];
      return (await rows(IdRow, { action: 'Noting about an incident', text: NOTE, values })).length > 0;
    },
    async told(id, version) {
      await rows(IdRow, { action: 'Noting who was told', text: TOLD, values: [id, version] });
    },
    async takePaths(id, paths) {
      await rows(IdRow, { action: 'Taking files for a fix', text: TAKE, values: [id, paths] });
      const taken = await rows(TakenRow, { action: 'Reading files of other fixes', text: TAKEN, values: [id, paths] });
      if (taken.length > 0) await rows(IdRow, { action: 'Giving files back', text: GIVE_BACK, values: [id] });
      return taken;
    },
  };
}

/** The id of the incident that an alert belongs to: of the first of its keys that somebody else has, or else its own. */
async function ownerOf({ rows }: Database, { keys, anew }: Told): Promise<string> {
  const claimed = await rows(KeyRow, {
    action: 'Finding the incident of an alert',
    text: CLAIM_KEYS,
    values: [keys, anew.tenantId, anew.id],
  });
  const owners = new Map(claimed.map(({ key, incident_id: id }) => [key, id]));
  const owner = keys.map((key) => owners.get(key)).find((id) => id !== undefined && id !== anew.id);
  if (owner === undefined) return anew.id;
  await rows(KeyRow.pick({ key: true }), {
    action: 'Joining keys of an incident',
    text: POINT_KEYS,
    values: [keys, anew.id, owner],
  });
  return owner;
}
