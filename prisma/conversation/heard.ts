import { z } from 'zod';
import type { Heard } from '#core/ports/heard.ts';
import type { Database } from '../database/database.ts';
import { storableJson } from '../database/storable.ts';

/** Whoever is first holds the key until it commits, so that of two that race the second sees whose the words are. */
const HEAR = `
  insert into heard (provider, repo_id, kind, external_id, delivery_id) values ($1, $2, $3, $4, $5)
  on conflict (provider, repo_id, kind, external_id) do update set heard_at = heard.heard_at
  returning delivery_id as "deliveryId"`;

const MISSING = `
  select entry.guid from jsonb_to_recordset($1::jsonb) as entry(
    provider text, "repoId" bigint, kind text, "externalId" text, guid text)
  where not exists (
    select from heard where heard.provider = entry.provider and heard.repo_id = entry."repoId"
      and heard.kind = entry.kind and heard.external_id = entry."externalId")
    and not exists (select from delivery where delivery.provider = entry.provider and delivery.guid = entry.guid)`;

const HeardRow = z.object({ deliveryId: z.string() });
const GuidRow = z.object({ guid: z.string() });

/** What was heard, on a database. */
export function openHeard({ rows }: Database): Heard {
  return {
    async hear({ provider, repoId, kind, externalId }, deliveryId) {
      const values = [provider, repoId, kind, externalId, deliveryId];
      const [row] = await rows(HeardRow, { action: 'Noting what was heard', text: HEAR, values });
      return row?.deliveryId === deliveryId ? 'heard' : 'repeated';
    },
    async missing(words) {
      if (words.length === 0) return new Set();
      const values = [storableJson(words)];
      const found = await rows(GuidRow, { action: 'Looking for what was not heard', text: MISSING, values });
      return new Set(found.map(({ guid }) => guid));
    },
  };
}
