import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Trigger } from '#core/domain/host/inbound.ts';
import {
  aMessage,
  delivered,
  eightTimes,
  processesOf,
  REFUSED_JOB,
  said,
  seeTo,
  settledAs,
  racersOf,
} from './a-conversation.ts';
import { eventually } from './eventually.ts';
import { claimed, drained, submitted, type StoreSubjects } from './store-subject.ts';

const SILENT_MS = 250;

/** What is promised about words that people say to a request. */
export function conversationWordsContract(subjectOf: StoreSubjects): void {
  describe('words', () => {
    beforeEach(() => subjectOf().empty());

    test('words read back exactly as they were said, oldest first, and their job is committed with them', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      await drained(store);
      const triggers: Trigger[] = [
        { kind: 'comment', id: 9_007_199_254_740_991 },
        { kind: 'review', id: 2 },
        { kind: 'review-comment', id: 3, path: 'a b/ü.ts', hunk: "@@ 'quoted' \\ @@" },
      ];
      const words = triggers.map((trigger, index) =>
        aMessage(request, { trigger, fix: index === 1, createdAt: `2026-11-23T11:00:0${9 - index}.000Z` }),
      );
      for (const message of words)
        expect(await store.conversations.say(await delivered(store), message, [seeTo(request)])).toBe('recorded');
      const oldestFirst = words.toReversed();
      expect(await store.conversations.waiting(request.id)).toEqual(oldestFirst);
      expect(await store.conversations.messages(request.id)).toEqual(oldestFirst);
      const jobs = (await drained(store)).map(({ job }) => job).filter(({ name }) => name === 'continue-request');
      expect(jobs).toEqual([seeTo(request), seeTo(request), seeTo(request)]);
      expect((await store.runs.readRequest(request.id))?.request.version).toBe(4);
    });

    test('a delivery says one thing only, also when it is handled eight times at once', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      const deliveryId = await delivered(store);
      await drained(store);
      const answers = await eightTimes(processesOf(subjectOf()), (one) =>
        one.conversations.say(deliveryId, aMessage(request), [seeTo(request)]),
      );
      expect(answers.toSorted()).toEqual(['recorded', ...Array.from({ length: 7 }, () => 'repeated')]);
      expect(await store.conversations.say(deliveryId, aMessage(request), [seeTo(request)])).toBe('repeated');
      expect(await store.conversations.waiting(request.id)).toHaveLength(1);
      expect((await drained(store)).map(({ job }) => job)).toEqual([seeTo(request)]);
      expect((await store.runs.readRequest(request.id))?.request.version).toBe(2);
    });

    test('words are recorded with their job or not at all', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      const deliveryId = await delivered(store);
      await drained(store);
      await expect(store.conversations.say(deliveryId, aMessage(request), [REFUSED_JOB])).rejects.toThrow(
        'the database refused the values',
      );
      const unknown = aMessage({ ...request, id: randomUUID() });
      await expect(store.conversations.say(deliveryId, unknown, [])).rejects.toThrow('the database refused');
      expect(await store.conversations.waiting(request.id)).toEqual([]);
      expect(await store.conversations.seen(deliveryId)).toBe(false);
      expect((await store.runs.readRequest(request.id))?.request.version).toBe(1);
      expect(await store.conversations.say(deliveryId, aMessage(request), [seeTo(request)])).toBe('recorded');
    });

    test('a run takes the words said to its request, each once, and two calls at once share them', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const elsewhere = await submitted(store);
      const other = await said(store, elsewhere.request);
      const words = [];
      for (let index = 0; index < 6; index += 1)
        words.push(await said(store, request, { createdAt: `2026-11-23T11:00:0${index}.000Z` }));
      const claim = await claimed(store, run);
      const taken = await eightTimes(processesOf(subjectOf()), (one) => one.conversations.take(claim));
      expect(
        taken
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(words.map(({ id }) => id).toSorted());
      for (const some of taken) expect(some).toEqual(some.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)));
      expect(await store.conversations.messagesOf(run.id)).toEqual(words);
      expect(await store.conversations.waiting(request.id)).toEqual([]);
      expect(await store.conversations.take(claim)).toEqual([]);
      expect(await store.conversations.waiting(elsewhere.request.id)).toEqual([other]);
    });

    test('a worker that lost its claim takes no words, nor does one whose run is over or parked', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const zombie = await claimed(store, run);
      await store.runs.release(zombie, []);
      const owner = await claimed(store, run, 'worker-2');
      const message = await said(store, request);
      expect(await store.conversations.take(zombie)).toEqual([]);
      expect(await store.conversations.waiting(request.id)).toEqual([message]);
      await store.runs.advance(owner, { run: { status: 'awaiting_approval' } });
      expect(await store.conversations.take(owner)).toEqual([]);
      const done = await submitted(store);
      const late = await said(store, done.request);
      const claim = await claimed(store, done.run);
      await store.runs.advance(claim, { run: { status: 'succeeded' } });
      expect(await store.conversations.take(claim)).toEqual([]);
      expect(await store.conversations.waiting(done.request.id)).toEqual([late]);
    });

    test('of words and an end that race, none are left with a run that is over and never saw them', async () => {
      const { store, conversations, rounds } = racersOf(subjectOf());
      for (let round = 0; round < rounds; round += 1) {
        const { request, run } = await submitted(store);
        const claim = await claimed(store, run);
        const message = await said(store, request);
        const [taken] = await Promise.all([
          conversations.take(claim),
          store.runs.advance(claim, { run: { status: 'succeeded' } }),
        ]);
        const left = taken.length === 0 ? [message] : [];
        expect(await store.conversations.waiting(request.id)).toEqual(left);
        expect(await store.conversations.messagesOf(run.id)).toEqual(taken);
      }
    });

    test('words that a lost worker had taken are still those of the run, and later ones are taken by the next', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const lost = await claimed(store, run);
      const early = await said(store, request);
      expect(await store.conversations.take(lost)).toEqual([early]);
      const late = await said(store, request, { createdAt: '2026-11-23T11:30:00.000Z' });
      const taken = await eventually(() => store.runs.claim(run.id, { holder: 'worker-2', silentMs: 0 }));
      expect(await store.conversations.take(lost)).toEqual([]);
      expect(await store.conversations.take({ runId: run.id, epoch: taken.epoch })).toEqual([late]);
      expect(await store.conversations.messagesOf(run.id)).toEqual([early, late]);
    });

    test('words that no run took are found by a sweep once their job is lost, unless a run can still take them', async () => {
      const { store } = subjectOf();
      const idle = await submitted(store);
      await settledAs(store, idle.run);
      const busy = await submitted(store);
      await claimed(store, busy.run);
      for (const { request } of [idle, busy]) await said(store, request);
      await drained(store);
      const names = (requestId: string) => (job: { name: string; payload: object }) =>
        job.name === 'continue-request' && Object.values(job.payload).includes(requestId);
      const jobs = await eventually(async () => {
        const some = await store.sweeps.findStranded(SILENT_MS, 30);
        return some.some(names(idle.request.id)) && some;
      });
      expect(jobs.filter(names(idle.request.id))).toHaveLength(1);
      expect(jobs.filter(names(busy.request.id))).toEqual([]);
    });
  });
}
