import { z } from 'zod';
import type { Message } from '#core/domain/request/message.ts';
import type { Conversations } from '#core/ports/conversations.ts';
import { CLAIM_HOLDS } from '../run/claim-fence.ts';
import { viaPrisma, type Database } from '../database/database.ts';
import type { Message as MessageRow } from '../generated/client.ts';
import { IN_THREAD } from '../run/run-cancel.ts';
import { ANNOUNCE_QUEUED, jobsParameter, queuedCte } from '../database/jobs-sql.ts';
import { storableJson } from '../database/storable.ts';
import { storedPlace, StoredTrigger } from '../run/stored-run.ts';

const SAY = `
  with said as (
    insert into message (id, request_id, delivery_id, actor_id, actor_login, actor_bot, thread_kind,
      thread_number, trigger, text, fix, created_at)
    select entry.id, entry."requestId", $1::uuid, (entry.actor->>'id')::bigint, entry.actor->>'login',
      (entry.actor->>'bot')::boolean, entry.thread->>'kind', (entry.thread->>'number')::integer, nullif(entry.trigger, 'null'), entry.text, entry.fix, entry."createdAt"
    from jsonb_to_record($2::jsonb) as entry(
      id uuid, "requestId" uuid, actor jsonb, thread jsonb, trigger jsonb, text text, fix boolean, "createdAt" timestamptz)
    on conflict (delivery_id) do nothing
    returning request_id
  ), grown as (
    update request set version = request.version + 1, updated_at = now() from said where request.id = said.request_id
    returning request.id
  ), ${queuedCte({ source: 'grown', jobs: '$3' })}
  select grown.id, ${ANNOUNCE_QUEUED} from grown`;

const TAKE_BACK = `
  update message set taken_back = true from request
  where message.request_id = request.id and request.provider = $1 and request.repo_id = $2
    and message.run_id is null and not message.taken_back
    and message.trigger->>'kind' = $3::jsonb->>'kind' and message.trigger->'id' = $3::jsonb->'id'
  returning message.request_id as id`;

const DROP = (where: string) => `
  update message set taken_back = true from request
  where message.request_id = request.id and message.run_id is null and not message.taken_back and ${where}
  returning message.id`;
const DROP_THREAD = DROP(IN_THREAD);
const DROP_REQUEST = DROP('request.id = $1');

/** The share lock keeps the run from being settled in between, which would leave the words with a run that is over. */
const TAKE = `
  with live as (select run.id, run.request_id from run where ${CLAIM_HOLDS} for share)
  update message set run_id = live.id from live
  where message.request_id = live.request_id and message.run_id is null and not message.taken_back
  returning message.id`;

const IdRow = z.object({ id: z.string() });

/** The words a row tells of. */
export function storedMessage(row: MessageRow): Message {
  return {
    id: row.id,
    requestId: row.requestId,
    actor: { id: Number(row.actorId), login: row.actorLogin, bot: row.actorBot },
    thread: storedPlace(row),
    trigger: StoredTrigger.nullable().parse(row.trigger),
    text: row.text,
    fix: row.fix,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The part of {@link Conversations} that is about words. */
type Messages = Pick<
  Conversations,
  'say' | 'takeBack' | 'dropWaiting' | 'take' | 'waiting' | 'messagesOf' | 'messages' | 'unacknowledged'
>;

/** Further words on a database; a run takes words under its claim only. */
export function openMessages({ rows, prisma }: Database): Messages {
  const read = async (where: { requestId?: string; runId?: string | null; id?: { in: string[] } }) => {
    const found = await viaPrisma('Reading messages', () =>
      prisma.message.findMany({
        where: { ...where, takenBack: false },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      }),
    );
    return found.map(storedMessage);
  };
  return {
    async say(deliveryId, message, jobs) {
      const values = [deliveryId, storableJson(message), jobsParameter(jobs)];
      const said = await rows(IdRow, { action: 'Recording a message', text: SAY, values });
      return said.length > 0 ? 'recorded' : 'repeated';
    },
    async takeBack(repo, trigger) {
      if (trigger.kind === 'thread') return undefined;
      const values = [repo.provider, repo.id, storableJson(trigger)];
      const [row] = await rows(IdRow, { action: 'Taking a message back', text: TAKE_BACK, values });
      return row && { requestId: row.id };
    },
    async dropWaiting(of) {
      const statement =
        'requestId' in of
          ? { text: DROP_REQUEST, values: [of.requestId] }
          : { text: DROP_THREAD, values: [of.provider, of.repoId, of.kind, of.number] };
      return (await rows(IdRow, { action: 'Taking messages back', ...statement })).length;
    },
    async take({ runId, epoch }) {
      const taken = await rows(IdRow, { action: 'Taking messages', text: TAKE, values: [runId, epoch] });
      return taken.length === 0 ? [] : read({ id: { in: taken.map(({ id }) => id) } });
    },
    waiting: (requestId) => read({ requestId, runId: null }),
    messagesOf: (runId) => read({ runId }),
    messages: (requestId) => read({ requestId }),
    async unacknowledged(requestId) {
      const text = `select message.id from message where message.request_id = $1 and not message.taken_back and message.thread_kind is not null and not exists (
        select from effect where effect.subject_id = message.id and effect.kind = 'reaction' and effect.state = 'confirmed')`;
      const found = await rows(IdRow, { action: 'Reading messages', text, values: [requestId] });
      return found.length === 0 ? [] : read({ id: { in: found.map(({ id }) => id) } });
    },
  };
}
