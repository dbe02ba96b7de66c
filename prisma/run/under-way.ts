import { z } from 'zod';
import type { Conversations } from '#core/ports/conversations.ts';
import { UNDER_WAY } from './claim-fence.ts';
import type { Database } from '../database/database.ts';
import { IN_THREAD } from './run-cancel.ts';

const underWay = (where: string) => `
  select exists (
    select from run join request on request.id = run.request_id where run.status in ${UNDER_WAY} and ${where}
  ) or exists (
    select from message join request on request.id = message.request_id
    where message.run_id is null and not message.taken_back and ${where}
  ) as found`;

const IN_A_THREAD = underWay(IN_THREAD);
const OF_A_REQUEST = underWay('request.id = $1');

/** {@link Conversations.underWay} on a database. */
export function openUnderWay({ rows }: Database): Pick<Conversations, 'underWay'> {
  return {
    async underWay(of) {
      const statement =
        'requestId' in of
          ? { text: OF_A_REQUEST, values: [of.requestId] }
          : { text: IN_A_THREAD, values: [of.provider, of.repoId, of.kind, of.number] };
      const [row] = await rows(z.object({ found: z.boolean() }), {
        action: 'Looking for work under way',
        ...statement,
      });
      return row?.found ?? false;
    },
  };
}
