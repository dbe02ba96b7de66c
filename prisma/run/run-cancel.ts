import { z } from 'zod';
import type { Runs } from '#core/ports/store.ts';
import { UNDER_WAY } from './claim-fence.ts';
import type { Database } from '../database/database.ts';
import { storableText } from '../database/storable.ts';

/** For `where` on table `request`: it began in thread ($1 provider, $2 repository, $3 kind, $4 number), or its change is that. */
export const IN_THREAD = `request.provider = $1 and request.repo_id = $2 and (
  (request.thread_kind = $3 and request.thread_number = $4)
  or ($3 = 'pull' and exists (
    select from run as opened where opened.request_id = request.id and (opened.change->>'number')::integer = $4)))`;

/** What waits for approval is held by nobody who could end it, so it goes back into the queue. */
const cancel = (where: string, reason: string) => `
  update run set cancel_requested = true, cancel_reason = coalesce(cancel_reason, ${reason}), updated_at = now(),
    status = case when status = 'awaiting_approval' then 'queued' else status end,
    claims = case when status = 'awaiting_approval' then greatest(claims - 1, 0) else claims end,
    holder = case when status = 'awaiting_approval' then null else holder end,
    heard_at = case when status = 'awaiting_approval' then null else heard_at end
  from request
  where run.request_id = request.id and run.status in ${UNDER_WAY} and ${where}
  returning run.id`;

const CANCEL_THREAD = cancel(IN_THREAD, '$5');
const CANCEL_REQUEST = cancel('request.id = $1', '$2');

/** {@link Runs.requestCancel} on a database. */
export function requestCancel({ rows }: Database): Runs['requestCancel'] {
  return async (of, reason) => {
    const statement =
      'requestId' in of
        ? { text: CANCEL_REQUEST, values: [of.requestId, storableText(reason)] }
        : { text: CANCEL_THREAD, values: [of.provider, of.repoId, of.kind, of.number, storableText(reason)] };
    const marked = await rows(z.object({ id: z.string() }), { action: 'Cancelling runs', ...statement });
    return marked.map(({ id }) => id);
  };
}
