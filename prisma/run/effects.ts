import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { EFFECT_KINDS } from '#core/domain/host/effect.ts';
import type { Effects } from '#core/ports/store.ts';
import { CLAIM_HOLDS } from './claim-fence.ts';
import type { Database } from '../database/database.ts';

const EffectRow = z
  .object({
    subject_id: z.string(),
    kind: z.enum(EFFECT_KINDS),
    state: z.enum(['planned', 'sent', 'confirmed']),
    external_id: z.string().nullable(),
    url: z.string().nullable(),
  })
  .transform(({ subject_id: subjectId, external_id: externalId, ...rest }) => ({ subjectId, externalId, ...rest }));

const MarkedRow = z.object({ kind: z.string() });

/** The no-op update makes `returning` answer for a row that is already there. */
const PLAN = `
  insert into effect (subject_id, kind) values ($1, $2)
  on conflict (subject_id, kind) do update set kind = excluded.kind
  returning subject_id, kind, state, external_id, url`;

const READ = 'select subject_id, kind, state, external_id, url from effect where subject_id = $1 and kind = $2';

/** Longer than any call to a host takes; a call that began longer ago is over, whoever made it. */
const CALL_LIMIT = `interval '60 seconds'`;

/** Without a claim nothing else keeps two senders apart, so a call that may be under way keeps the next one out. */
const SEND = `
  update effect set state = 'sent', sent_at = now()
  where subject_id = $1 and kind = $2
    and (state = 'planned' or (state = 'sent' and (sent_at is null or sent_at < now() - ${CALL_LIMIT}))) returning kind`;

const UNCLEAR = `update effect set sent_at = null where subject_id = $1 and kind = $2 and state = 'sent' returning kind`;

/** The share lock keeps a new claim out until this commit: whoever claims later finds the effect already sent. */
const SEND_UNDER_CLAIM = `
  with live as (select run.id from run where ${CLAIM_HOLDS} for share)
  update effect set state = 'sent', sent_at = now() from live
  where subject_id = $3 and kind = $4 and state in ('planned', 'sent') returning kind`;

const REFUSE = `
  update effect set state = 'planned', sent_at = null where subject_id = $1 and kind = $2 and state = 'sent' returning kind`;

const CONFIRM = `
  insert into effect (subject_id, kind, state, external_id, url, confirmed_at) values ($1, $2, 'confirmed', $3, $4, now())
  on conflict (subject_id, kind) do update set
    state = 'confirmed', external_id = excluded.external_id, url = excluded.url, confirmed_at = excluded.confirmed_at
  returning kind`;

/** The effects ledger on a database. A confirmed effect stays confirmed: marking it sent is `lost`, refusing it does nothing. */
export function openEffects({ rows }: Database): Effects {
  return {
    async plan(subjectId, kind) {
      const [row] = await rows(EffectRow, { action: 'Planning an effect', text: PLAN, values: [subjectId, kind] });
      if (row === undefined)
        throw new AppError('internal', 'A planned effect is gone', { context: { subjectId, kind } });
      return row;
    },
    async read(subjectId, kind) {
      const [row] = await rows(EffectRow, { action: 'Reading an effect', text: READ, values: [subjectId, kind] });
      return row;
    },
    async markSent({ subjectId, kind }, claim) {
      const statement =
        claim === undefined
          ? { text: SEND, values: [subjectId, kind] }
          : { text: SEND_UNDER_CLAIM, values: [claim.runId, claim.epoch, subjectId, kind] };
      const marked = await rows(MarkedRow, { action: 'Marking an effect sent', ...statement });
      return marked.length > 0 ? 'marked' : 'lost';
    },
    async markRefused({ subjectId, kind }) {
      await rows(MarkedRow, { action: 'Marking an effect refused', text: REFUSE, values: [subjectId, kind] });
    },
    async markUnclear({ subjectId, kind }) {
      await rows(MarkedRow, { action: 'Marking an effect unclear', text: UNCLEAR, values: [subjectId, kind] });
    },
    async confirm({ subjectId, kind }, { externalId, url }) {
      const values = [subjectId, kind, externalId, url];
      await rows(MarkedRow, { action: 'Confirming an effect', text: CONFIRM, values });
    },
  };
}
