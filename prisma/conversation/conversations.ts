import { z } from 'zod';
import type { Conversations } from '#core/ports/conversations.ts';
import { openAllowedHosts } from './allowed-hosts.ts';
import type { Database } from '../database/database.ts';
import { openDecisions } from './decisions.ts';
import { openFinding } from './finding.ts';
import { openMessages } from './messages.ts';
import { beginRun } from '../run/run-begin.ts';
import { openRunReads } from '../run/run-reads.ts';
import { storableJson } from '../database/storable.ts';
import { openThreadLine } from './thread-line.ts';
import { openUnderWay } from '../run/under-way.ts';

const LAST_WITH_SESSION = `
  select run.id from run join run_result on run_result.run_id = run.id
  where run.request_id = $1 and run_result.session_record is not null
  order by run.created_at desc, run.id desc limit 1`;

const CHANGE_OF = `
  select change from run where request_id = $1 and change is not null order by created_at desc, id desc limit 1`;

const END = `
  update request set ended = $2, state = coalesce($3::text, state), version = version + 1, updated_at = now()
  where id = $1 and ended is distinct from $2 returning id`;

const ALL_OF = `
  select id from request
  where provider = $1 and case when $4 = 'open' then ended is null else ended = $4 end and repo_id = coalesce($2::bigint, repo_id)
    and installation_id = coalesce($3::bigint, installation_id)
  order by created_at, id`;

const SEEN = `
  select id from request where delivery_id = $1 union all select id from message where delivery_id = $1
  union all select id from approval where delivery_id = $1
  union all select delivery_id from allowed_host where delivery_id = $1
  limit 1`;

const NOT_BEGUN = `
  select request.id from request join run on run.request_id = request.id
  where request.provider = $1 and request.repo_id = $2 and run.status = 'queued' and run.epoch = 0
    and request.trigger->>'kind' = $3::jsonb->>'kind' and request.trigger->'id' = $3::jsonb->'id' and request.state = 'RECEIVED'
  limit 1`;

const RENAME = `
  with linked as (
    update repository_link set repo_owner = $3, repo_name = $4, installation_id = $5, updated_at = now()
    where provider = $1 and repo_id = $2)
  update request set repo_owner = $3, repo_name = $4, installation_id = $5, updated_at = now()
  where provider = $1 and repo_id = $2 returning id`;

const ChangeRow = z.object({ change: z.object({ number: z.number(), url: z.string() }) });
const IdRow = z.object({ id: z.string() });

/** Conversations on a database. */
export function openConversations(database: Database): Conversations {
  const { rows } = database;
  const { readRequest } = openRunReads(database);
  const first = async (action: string, text: string, values: unknown[]): Promise<string | undefined> =>
    (await rows(IdRow, { action, text, values }))[0]?.id;
  return {
    ...openFinding(database),
    ...openMessages(database),
    ...openDecisions(database),
    ...openThreadLine(database),
    ...openUnderWay(database),
    begin: beginRun(database),
    async seen(deliveryId) {
      return (await first('Looking a delivery up', SEEN, [deliveryId])) !== undefined;
    },
    async notBegun(repo, trigger) {
      const values = [repo.provider, repo.id, storableJson(trigger)];
      const id = await first('Finding a request', NOT_BEGUN, values);
      return id === undefined ? undefined : { requestId: id };
    },
    ...openAllowedHosts(database),
    async changeOf(requestId) {
      const [row] = await rows(ChangeRow, { action: 'Finding a change', text: CHANGE_OF, values: [requestId] });
      return row?.change;
    },
    lastWithSession: (requestId) => first('Finding a session', LAST_WITH_SESSION, [requestId]),
    async end(requestId, ended, state) {
      await rows(IdRow, { action: 'Ending a request', text: END, values: [requestId, ended, state ?? null] });
    },
    async allOf(of, which) {
      const [repoId, installationId] = 'repoId' in of ? [of.repoId, null] : [null, of.installationId];
      const found = await rows(IdRow, {
        action: 'Finding requests',
        text: ALL_OF,
        values: [of.provider, repoId, installationId, which],
      });
      const read = await Promise.all(found.map(({ id }) => readRequest(id)));
      return read.filter((one) => one !== undefined);
    },
    async rename({ provider, id, owner, name, installationId }) {
      const values = [provider, id, owner, name, installationId];
      await rows(IdRow, { action: 'Renaming a repository', text: RENAME, values });
    },
  };
}
