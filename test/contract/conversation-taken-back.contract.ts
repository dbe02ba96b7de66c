import { beforeEach, describe, expect, test } from 'vitest';
import { keyOf, said, racersOf } from './a-conversation.ts';
import { claimed, submitted, type StoreSubjects } from './store-subject.ts';

/** What is promised about words that are taken back, or that we have shown to have. */
export function conversationTakenBackContract(subjectOf: StoreSubjects): void {
  describe('words taken back', () => {
    beforeEach(() => subjectOf().empty());

    test('words are taken back while they wait, by what carried them, in their own repository only, and once', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const message = await said(store, request, { trigger: { kind: 'comment', id: 77 } });
      const { conversations } = store;
      const foreign = [
        { provider: 'github', id: request.repo.id + 1 },
        { provider: 'gitlab', id: request.repo.id },
      ] as const;
      for (const repo of foreign) expect(await conversations.takeBack(repo, message.trigger)).toBeUndefined();
      expect(await conversations.takeBack(request.repo, { kind: 'review', id: 77 })).toBeUndefined();
      expect(await conversations.takeBack(request.repo, { kind: 'thread' })).toBeUndefined();
      expect(await conversations.waiting(request.id)).toEqual([message]);
      expect(await conversations.takeBack(request.repo, message.trigger)).toEqual({ requestId: request.id });
      expect(await conversations.takeBack(request.repo, message.trigger)).toBeUndefined();
      expect(await conversations.messages(request.id)).toEqual([]);
      expect(await conversations.take(await claimed(store, run))).toEqual([]);
    });

    test('what a run has taken is not taken back, and what was taken back is not taken, when the two race', async () => {
      const { store, conversations, rounds } = racersOf(subjectOf());
      for (let round = 0; round < rounds; round += 1) {
        const { request, run } = await submitted(store);
        const claim = await claimed(store, run);
        const { trigger } = await said(store, request);
        const [taken, back] = await Promise.all([
          conversations.take(claim),
          store.conversations.takeBack(request.repo, trigger),
        ]);
        expect(taken).toHaveLength(back === undefined ? 1 : 0);
        expect(await store.conversations.messagesOf(run.id)).toHaveLength(taken.length);
      }
    });

    test('waiting words are dropped by request or by thread, those of the change included, and nothing else is', async () => {
      const { store } = subjectOf();
      const { conversations } = store;
      const one = await submitted(store);
      const two = await submitted(store);
      const kept = await said(store, one.request);
      const claim = await claimed(store, one.run);
      await conversations.take(claim);
      for (const { request } of [one, one, two]) await said(store, request);
      expect(await conversations.dropWaiting({ requestId: one.request.id })).toBe(2);
      expect(await conversations.dropWaiting({ requestId: one.request.id })).toBe(0);
      expect(await conversations.messages(one.request.id)).toEqual([kept]);
      await said(store, one.request);
      await store.runs.advance(claim, { run: { change: { number: 41, url: 'https://github.com/octo/tool/pull/41' } } });
      const change = { ...keyOf(one.request), kind: 'pull', number: 41 } as const;
      expect(await conversations.dropWaiting({ ...change, repoId: change.repoId + 1 })).toBe(0);
      expect(await conversations.dropWaiting({ ...change, provider: 'gitlab' })).toBe(0);
      expect(await conversations.dropWaiting({ ...change, kind: 'issue' })).toBe(0);
      expect(await conversations.dropWaiting(change)).toBe(1);
      expect(await conversations.dropWaiting(keyOf(two.request))).toBe(1);
    });

    test('words are unacknowledged until a reaction on them is confirmed, and no more once they are taken back', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      const seen = await said(store, request);
      const back = await said(store, request, { createdAt: '2026-11-23T11:00:01.000Z' });
      expect(await store.conversations.unacknowledged(request.id)).toEqual([seen, back]);
      await store.conversations.takeBack(request.repo, back.trigger);
      await store.effects.plan(seen.id, 'reaction');
      await store.effects.markSent({ subjectId: seen.id, kind: 'reaction' });
      expect(await store.conversations.unacknowledged(request.id)).toEqual([seen]);
      await store.effects.confirm({ subjectId: seen.id, kind: 'reaction' }, { externalId: '1', url: 'https://x.test' });
      expect(await store.conversations.unacknowledged(request.id)).toEqual([]);
    });
  });
}
