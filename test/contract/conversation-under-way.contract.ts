import { beforeEach, describe, expect, test } from 'vitest';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import { further, keyOf, parked, said, settledAs } from './a-conversation.ts';
import { claimed, submitted, type StoreSubjects } from './store-subject.ts';

/** What is promised about whether there is anything to cancel. */
export function conversationUnderWayContract(subjectOf: StoreSubjects): void {
  const underWay = async (request: WorkRequest): Promise<readonly boolean[]> => {
    const { conversations } = subjectOf().store;
    return [await conversations.underWay(keyOf(request)), await conversations.underWay({ requestId: request.id })];
  };
  const NOTHING = [false, false];
  const SOMETHING = [true, true];

  describe('what is under way', () => {
    beforeEach(() => subjectOf().empty());

    test('a run is until it is over, also while it waits for approval; in its own thread, repository and host only', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      expect(await underWay(request)).toEqual(SOMETHING);
      await parked(store, run);
      expect(await underWay(request)).toEqual(SOMETHING);
      const key = keyOf(request);
      const foreign = [
        { ...key, repoId: key.repoId + 1 },
        { ...key, provider: 'gitlab' },
        { ...key, kind: 'pull' },
        { ...key, number: key.number - 1 },
      ] as const;
      for (const other of foreign) expect(await store.conversations.underWay(other)).toBe(false);
      await store.runs.requestCancel({ requestId: request.id }, 'Cancelled.');
      await settledAs(store, run, 'cancelled');
      expect(await underWay(request)).toEqual(NOTHING);
    });

    test('words are while they wait, and no more once they are taken back or their run is over', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await settledAs(store, run);
      const { trigger } = await said(store, request);
      expect(await underWay(request)).toEqual(SOMETHING);
      await store.conversations.takeBack(request.repo, trigger);
      expect(await underWay(request)).toEqual(NOTHING);
      await said(store, request);
      const next = further(request);
      expect(await store.conversations.begin(next)).toBe('begun');
      expect(await underWay(request)).toEqual(SOMETHING);
      await settledAs(store, next.run);
      expect(await underWay(request)).toEqual(NOTHING);
    });

    test('what goes on for an issue goes on in the thread of its change as well, and nowhere else', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const change = { number: 41, url: 'https://github.com/octo/tool/pull/41' };
      await store.runs.advance(await claimed(store, run), { run: { change } });
      const pull = { ...keyOf(request), kind: 'pull', number: 41 } as const;
      expect(await store.conversations.underWay(pull)).toBe(true);
      expect(await store.conversations.underWay({ ...pull, kind: 'issue' })).toBe(false);
      expect(await store.conversations.underWay({ ...pull, repoId: pull.repoId + 1 })).toBe(false);
      const idle = await submitted(store);
      await settledAs(store, idle.run);
      expect(await underWay(idle.request)).toEqual(NOTHING);
      expect(await underWay(request)).toEqual(SOMETHING);
    });
  });
}
