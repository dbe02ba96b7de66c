import { z } from 'zod';
import type { IdempotentCalls, KeptAnswer } from '#core/ports/access/api-calls.ts';
import type { Database } from '../database/database.ts';
import { storableJson } from '../database/storable.ts';

/** Old rows that go with each new one, so that the table is as long as a day. */
const FORGOTTEN_AT_ONCE = 50;
/** After so long whoever was at a call has died with it. */
const AT_WORK = `interval '1 minute'`;
const KEPT = `interval '1 day'`;

const BEGIN = `
  with forgotten as (
    delete from idempotent_call where (tenant_id, key_sha256) in (
      select tenant_id, key_sha256 from idempotent_call
      where begun_at < now() - ${KEPT} and not (tenant_id = $1 and key_sha256 = $2)
      order by begun_at limit ${FORGOTTEN_AT_ONCE} for update skip locked)
  )
  insert into idempotent_call as kept (tenant_id, key_sha256, fingerprint) values ($1, $2, $3)
  on conflict (tenant_id, key_sha256) do update set begun_at = now(), fingerprint = excluded.fingerprint, answer = null
    where kept.begun_at < now() - ${KEPT}
      or (kept.answer is null and kept.begun_at < now() - ${AT_WORK} and kept.fingerprint = excluded.fingerprint)
  returning fingerprint`;

const MINE = 'tenant_id = $1 and key_sha256 = $2 and fingerprint = $3';
const READ = 'select fingerprint, answer from idempotent_call where tenant_id = $1 and key_sha256 = $2';
const ANSWER = `update idempotent_call set answer = $4::jsonb where ${MINE} returning fingerprint`;
const FORGET = `delete from idempotent_call where ${MINE} and answer is null returning fingerprint`;

const BegunRow = z.object({ fingerprint: z.string() });
const Answer = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
});
const KeptRow = BegunRow.extend({ answer: Answer.nullable() });

/** Calls with an Idempotency-Key on a database; the primary key decides between two that come at once. */
export function openIdempotentCalls({ rows }: Database): IdempotentCalls {
  return {
    async begin({ tenantId, keySha256, fingerprint }) {
      const action = 'Beginning a call';
      const begun = await rows(BegunRow, { action, text: BEGIN, values: [tenantId, keySha256, fingerprint] });
      if (begun.length > 0) return 'begun';
      const [kept] = await rows(KeptRow, { action, text: READ, values: [tenantId, keySha256] });
      // It was forgotten just now, so the next try begins.
      if (kept === undefined) return 'under-way';
      if (kept.fingerprint !== fingerprint) return 'other';
      return kept.answer ?? 'under-way';
    },
    async answer({ tenantId, keySha256, fingerprint }, answer: KeptAnswer) {
      const values = [tenantId, keySha256, fingerprint, storableJson(answer)];
      await rows(BegunRow, { action: 'Keeping an answer', text: ANSWER, values });
    },
    async forget({ tenantId, keySha256, fingerprint }) {
      const values = [tenantId, keySha256, fingerprint];
      await rows(BegunRow, { action: 'Forgetting a call', text: FORGET, values });
    },
  };
}
