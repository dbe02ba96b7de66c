import { z } from 'zod';
import { PROVIDERS } from '#core/domain/host/repo.ts';
import type { Listening } from '#core/ports/heard.ts';
import type { Database } from '../database/database.ts';
import { storableJson } from '../database/storable.ts';

/** The first turn makes the row; two that race for it meet at its key, and the second finds it not due. */
const TAKE_TURN = `
  insert into listening (provider, due_at) values ($1, now() + $2 * interval '1 millisecond')
  on conflict (provider) do update set due_at = excluded.due_at where listening.due_at <= now()
  returning provider`;

const NAME = `
  insert into listened (provider, repo_id, installation_id, repo_owner, repo_name)
  select entry.provider, entry.id, entry."installationId", entry.owner, entry.name
  from jsonb_to_recordset($1::jsonb) as entry(
    provider text, id bigint, "installationId" bigint, owner text, name text)
  order by entry.provider, entry.id
  on conflict (provider, repo_id) do update set installation_id = excluded.installation_id,
    repo_owner = excluded.repo_owner, repo_name = excluded.repo_name, named_at = now()
  returning repo_id`;

/** Half as long as what was heard is remembered, so that nothing is found that was heard and forgotten. */
const FROM = `greatest(listened.begun_at, listened.heard_to, now() - interval '14 days')`;

const TAKE_DUE = `
  with due as (
    select provider, repo_id from listened
    where provider = $1 and due_at <= now() and named_at > now() - interval '1 day'
    order by due_at limit $2 for update skip locked
  )
  update listened set due_at = now() + $3 * interval '1 millisecond'
  from due where listened.provider = due.provider and listened.repo_id = due.repo_id
  returning listened.provider, listened.repo_id::float8 as id, installation_id::float8 as "installationId",
    repo_owner as owner, repo_name as name, now() as at, ${FROM} as from,
    (select count(*)::integer from listened as every
      where every.provider = $1 and every.named_at > now() - interval '1 day') as of`;

const FINISH = `
  update listened set heard_to = greatest(heard_to, $3::timestamptz), due_at = now() + $4 * interval '1 millisecond'
  where provider = $1 and repo_id = $2 returning repo_id`;

/** What a delivery of ours brought shows by its guid. */
const STANDING = `
  select greatest(begun_at, heard_to) as "heardTo", (
    select count(*)::integer from heard join delivery on delivery.id = heard.delivery_id
    where heard.provider = $1 and heard.heard_at > now() - interval '24 hours' and delivery.guid like 'unheard-%'
  ) as found
  from listened where provider = $1 and repo_id = $2 and heard_to is not null`;

const Time = z.date().transform((time) => time.toISOString());
const TurnRow = z
  .object({
    provider: z.enum(PROVIDERS),
    id: z.number(),
    installationId: z.number(),
    owner: z.string(),
    name: z.string(),
    at: Time,
    from: Time,
    of: z.number(),
  })
  .transform(({ at, from, of, ...repo }) => ({ repo, at, from, of }));
const StandingRow = z.object({ heardTo: Time, found: z.number() });

/** The record of listening on a database. */
export function openListening({ rows }: Database): Listening {
  return {
    async takeTurn(provider, everyMs) {
      const values = [provider, everyMs];
      return (await rows(z.unknown(), { action: 'Taking the turn to list', text: TAKE_TURN, values })).length > 0;
    },
    async name(repos) {
      if (repos.length === 0) return;
      await rows(z.unknown(), { action: 'Naming repositories', text: NAME, values: [storableJson(repos)] });
    },
    takeDue(provider, { countMax, busyMs }) {
      const values = [provider, countMax, busyMs];
      return rows(TurnRow, { action: 'Taking repositories to listen to', text: TAKE_DUE, values });
    },
    async finish({ provider, id }, { heardTo, dueInMs }) {
      const values = [provider, id, heardTo ?? null, dueInMs];
      await rows(z.unknown(), { action: 'Noting how far was listened', text: FINISH, values });
    },
    async standing({ provider, id }) {
      const [standing] = await rows(StandingRow, {
        action: 'Reading how far was listened',
        text: STANDING,
        values: [provider, id],
      });
      return standing;
    },
  };
}
