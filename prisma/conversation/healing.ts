import { z } from 'zod';
import type { Healing } from '#core/ports/healing.ts';
import type { Database } from '../database/database.ts';
import { storableJson } from '../database/storable.ts';

/** The first turn makes the row; two that race for it meet at its key, and the second finds it not due. */
const TAKE_TURN = `
  insert into healing (provider, due_at) values ($1, now() + $2 * interval '1 millisecond')
  on conflict (provider) do update set due_at = excluded.due_at where healing.due_at <= now()
  returning now() as at, healed_to as "healedTo", hindered`;

/** What was found missing is told for a week, longer than any host remembers. */
const FINISH_TURN = `
  with forgotten as (
    delete from missed_delivery where provider = $1 and found_at < now() - interval '7 days' returning guid
  )
  update healing set healed_to = greatest(healed_to, $2::timestamptz),
    hindered = case when $4 then $5::text else hindered end, due_at = now() + $3 * interval '1 millisecond'
  where provider = $1 returning provider`;

const IS_HERE = `exists (
  select from delivery where delivery.provider = missed_delivery.provider and delivery.guid = missed_delivery.guid)`;

const NOTE_MISSED = `
  insert into missed_delivery (provider, guid, external_id, delivered_at)
  select $1, entry.guid, entry."externalId", entry."deliveredAt"
  from jsonb_to_recordset($2::jsonb) as entry(guid text, "externalId" text, "deliveredAt" timestamptz)
  where not exists (select from delivery where delivery.provider = $1 and delivery.guid = entry.guid)
  order by entry.guid
  on conflict (provider, guid) do nothing
  returning guid`;

/** Counted before it is asked for: a worker that dies in between has used up one try of several. */
const TAKE_DUE = `
  with due as (
    select provider, guid from missed_delivery
    where provider = $1 and try_at <= now() and tries < $2 and not ${IS_HERE}
    order by delivered_at limit $5 for update skip locked
  )
  update missed_delivery set tries = tries + 1,
    try_at = now() + least($4::float8, $3::float8 * power(2, tries)) * interval '1 millisecond'
  from due where missed_delivery.provider = due.provider and missed_delivery.guid = due.guid
  returning missed_delivery.guid, external_id as "externalId", delivered_at as "deliveredAt"`;

/** A last try is given its time to arrive before it counts as lost. */
const STANDING = `
  select healing.healed_to as "healedTo", healing.hindered,
    count(*) filter (where found.here and found.found_at > now() - interval '24 hours')::integer as recovered,
    count(*) filter (where not found.here and not found.over)::integer as pending,
    count(*) filter (where not found.here and found.over)::integer as lost
  from healing left join lateral (
    select ${IS_HERE} as here, tries >= $2 and try_at <= now() as over, found_at from missed_delivery
    where missed_delivery.provider = healing.provider
  ) as found on true
  where healing.provider = $1 and (healing.healed_to is not null or healing.hindered is not null)
  group by healing.healed_to, healing.hindered`;

const Time = z.date().transform((time) => time.toISOString());
const MaybeTime = Time.nullable().transform((time) => time ?? undefined);
const MaybeText = z
  .string()
  .nullable()
  .transform((text) => text ?? undefined);
const TurnRow = z.object({ at: Time, healedTo: MaybeTime, hindered: MaybeText });
const GuidRow = z.object({ guid: z.string() });
const MissedRow = z.object({ guid: z.string(), externalId: z.string(), deliveredAt: Time });
const StandingRow = z.object({
  healedTo: MaybeTime,
  hindered: MaybeText,
  recovered: z.number(),
  pending: z.number(),
  lost: z.number(),
});

/** The record of healing on a database. */
export function openHealing({ rows }: Database): Healing {
  return {
    async takeTurn(provider, busyMs) {
      const values = [provider, busyMs];
      const [turn] = await rows(TurnRow, { action: 'Taking the turn to heal', text: TAKE_TURN, values });
      return turn;
    },
    async finishTurn(provider, { healedTo, dueInMs, hindered }) {
      const values = [provider, healedTo ?? null, dueInMs, hindered !== undefined, hindered ?? null];
      await rows(z.unknown(), { action: 'Noting what was healed', text: FINISH_TURN, values });
    },
    async noteMissed(provider, missed) {
      if (missed.length === 0) return 0;
      const values = [provider, storableJson(missed)];
      return (await rows(GuidRow, { action: 'Noting missed deliveries', text: NOTE_MISSED, values })).length;
    },
    async takeDue(provider, { triesMax, waitMs, longestMs, countMax }) {
      const values = [provider, triesMax, waitMs, longestMs, countMax];
      const due = await rows(MissedRow, { action: 'Taking missed deliveries', text: TAKE_DUE, values });
      return due.toSorted((a, b) => a.deliveredAt.localeCompare(b.deliveredAt));
    },
    async standing(provider, triesMax) {
      const values = [provider, triesMax];
      const [standing] = await rows(StandingRow, { action: 'Reading how healing stands', text: STANDING, values });
      return standing;
    },
  };
}
