import { beforeEach, describe, expect, test } from 'vitest';
import { keyOf } from './a-conversation.ts';
import { aRequest, aRun, claimed, submitted, type StoreSubjects } from './store-subject.ts';

/** What is promised about finding the changes of a thread. */
export function conversationProposedContract(subjectOf: StoreSubjects): void {
  describe('changes of a thread', () => {
    beforeEach(() => subjectOf().empty());

    test('changes of an issue are told newest first, without reverts; a change is told by its number, whatever it is', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const changed = async (number: number, createdAt: string, kind: 'change' | 'revert' = 'change') => {
        const { request, run } = await submitted(store, {
          request: { thread: aRequest().thread, createdAt },
          run: { task: { ...aRun('').task, kind } },
        });
        const change = { number, url: `https://github.com/octo/tool/pull/${number}` };
        await store.runs.advance(await claimed(store, run), { run: { change, status: 'succeeded' } });
        return { id: request.id, change };
      };
      const key = keyOf(aRequest());
      expect(await conversations.proposed(key)).toEqual([]);
      const first = await changed(41, '2026-11-23T10:31:00.000Z');
      const second = await changed(42, '2026-11-23T10:32:00.000Z');
      const revert = await changed(43, '2026-11-23T10:33:00.000Z', 'revert');
      await submitted(store, { request: { thread: aRequest().thread, createdAt: '2026-11-23T10:34:00.000Z' } });
      const proposed = async (of: typeof key) =>
        (await conversations.proposed(of)).map(({ request: { id }, change }) => ({ id, change }));
      expect(await proposed(key)).toEqual([second, first]);
      for (const one of [first, second, revert])
        expect(await proposed({ ...key, kind: 'pull', number: one.change.number })).toEqual([one]);
      expect(await proposed({ ...key, repoId: key.repoId + 1 })).toEqual([]);
      expect(await proposed({ ...key, kind: 'pull', number: key.number })).toEqual([]);
    });
  });
}
