import { z } from 'zod';
import { Settings } from '#core/contracts/http/settings.ts';
import type { ProcessNotes } from '#core/ports/process-notes.ts';
import type { Database } from '../database/database.ts';
import { storableJson } from '../database/storable.ts';

const WRITE = `
  with gone as (delete from process_note where noted_at < now() - interval '1 day' and instance <> $2)
  insert into process_note (process, instance, version, variables, health) values ($1, $2, $3, $4::jsonb, $5::jsonb)
  on conflict (process, instance) do update set
    version = excluded.version, variables = excluded.variables, health = excluded.health, noted_at = now()`;

const RECENT = `
  select process, instance, version, variables, health from process_note
  where noted_at > now() - $1 * interval '1 millisecond' order by noted_at desc, instance limit 100`;

const NoteRow = z.object({
  process: z.enum(['app', 'workers']),
  instance: z.string(),
  version: z.string(),
  variables: Settings.shape.variables,
  health: Settings.shape.health,
});

/** Notes of processes on a database. */
export function openProcessNotes({ rows }: Database): ProcessNotes {
  return {
    async write({ process, instance, version, variables, health }) {
      const values = [process, instance, version, storableJson(variables), storableJson(health)];
      await rows(z.unknown(), { action: 'Noting how a process is', text: WRITE, values });
    },
    recent: (withinMs) => rows(NoteRow, { action: 'Reading how processes are', text: RECENT, values: [withinMs] }),
  };
}
