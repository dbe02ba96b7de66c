import { beforeEach, describe, expect, test } from 'vitest';
import type { ProcessNote } from '#core/ports/process-notes.ts';
import { eventually } from './eventually.ts';
import type { StoreSubjects } from './store-subject.ts';

const NOTE: ProcessNote = {
  process: 'workers',
  instance: 'one/1',
  version: '0.1.0',
  variables: [{ name: 'LOG_LEVEL', value: 'info', is_secret: false, is_set: false, description: 'Least severe' }],
  health: [{ name: 'model', state: 'up', detail: null, latency_ms: 3, checked_at: '2026-11-23T10:00:00.000Z' }],
};

/** What notes of processes promise. */
export function processNotesContract(subjectOf: StoreSubjects): void {
  describe('notes of processes', () => {
    beforeEach(() => subjectOf().empty());

    test('a process has one note, the last it wrote, and several are told apart', async () => {
      const { processNotes } = subjectOf().store;
      await processNotes.write({ ...NOTE, version: '0.0.9' });
      await processNotes.write({ ...NOTE, instance: 'two/2' });
      await processNotes.write(NOTE);
      const recent = await processNotes.recent(60_000);
      expect(recent.toSorted((a, b) => a.instance.localeCompare(b.instance))).toEqual([
        NOTE,
        { ...NOTE, instance: 'two/2' },
      ]);
    });

    test('a note that nobody renews is not read any more', async () => {
      const { processNotes } = subjectOf().store;
      await processNotes.write(NOTE);
      expect(await eventually(async () => (await processNotes.recent(1)).length === 0)).toBe(true);
    });
  });
}
