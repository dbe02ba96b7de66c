import { beforeEach, describe, expect, test } from 'vitest';
import { eightTimes, further, keyOf, processesOf, REFUSED_JOB, said, settledAs, racersOf } from './a-conversation.ts';
import { anEvent, claimed, drained, submitted, type StoreSubjects } from './store-subject.ts';

/** What is promised about further runs of a request. */
export function conversationBeginContract(subjectOf: StoreSubjects): void {
  describe('further runs', () => {
    beforeEach(() => subjectOf().empty());

    test('a further run gets all waiting words, with its log and its jobs, and reads back as it was written', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await settledAs(store, run);
      const words = [await said(store, request), await said(store, request, { createdAt: '2026-11-23T11:00:02.000Z' })];
      await drained(store);
      const resumes = { ref: 'astraforge/x', sha: 'c'.repeat(40) };
      const task = {
        ...run.task,
        approval: 'publish',
        options: { draft: true },
        base: resumes,
        resumes: run.id,
      } as const;
      const next = further(request, { task });
      const { version } = (await store.runs.readRequest(request.id))?.request ?? { version: 0 };
      expect(await store.conversations.begin(next)).toBe('begun');
      expect(await store.runs.readRequest(request.id)).toMatchObject({
        run: next.run,
        request: { version: version + 1 },
      });
      expect(await store.conversations.messagesOf(next.run.id)).toEqual(words);
      expect(await store.conversations.waiting(request.id)).toEqual([]);
      expect(await store.log.readLog(request.id, 1, 10)).toEqual([
        { position: 2, event: anEvent(next.run, 'more was said') },
      ]);
      expect((await drained(store)).map(({ job }) => job)).toEqual([next.job]);
    });

    test('without waiting words nothing is begun', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await settledAs(store, run);
      const { trigger } = await said(store, request);
      await store.conversations.takeBack(request.repo, trigger);
      await drained(store);
      expect(await store.conversations.begin(further(request))).toBe('nothing');
      expect((await store.runs.readRequest(request.id))?.run.id).toBe(run.id);
      expect(await drained(store)).toEqual([]);
    });

    test('while a run is under way none is begun, also while it waits for approval, and the words go on waiting', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const message = await said(store, request);
      await drained(store);
      const { conversations } = store;
      expect(await conversations.begin(further(request))).toBe('busy');
      const claim = await claimed(store, run);
      expect(await conversations.begin({ ...further(request), takes: { runId: run.id } })).toBe('busy');
      await store.runs.advance(claim, { run: { status: 'awaiting_approval' } });
      expect(await conversations.begin(further(request))).toBe('busy');
      expect(await conversations.waiting(request.id)).toEqual([message]);
      expect(await store.log.readLog(request.id, 1, 10)).toEqual([]);
      expect(await drained(store)).toEqual([]);
    });

    test('of eight that begin at once one does, and it has the words', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await settledAs(store, run);
      const message = await said(store, request);
      await drained(store);
      const answers = await eightTimes(processesOf(subjectOf()), (one) => one.conversations.begin(further(request)));
      expect(answers.filter((answer) => answer === 'begun')).toHaveLength(1);
      const newest = (await store.runs.readRequest(request.id))?.run;
      expect(await store.conversations.messagesOf(newest?.id ?? '')).toEqual([message]);
      expect((await drained(store)).map(({ job }) => job)).toEqual([
        { name: 'execute-run', payload: { runId: newest?.id } },
      ]);
      expect(await store.log.readLog(request.id, 0, 10)).toHaveLength(2);
    });

    test('no run is begun without words, also when they are taken back at that moment', async () => {
      const { store, conversations, rounds } = racersOf(subjectOf());
      for (let round = 0; round < rounds; round += 1) {
        const { request, run } = await submitted(store);
        await settledAs(store, run);
        const { trigger } = await said(store, request);
        const next = further(request);
        const [begun, back] = await Promise.all([
          store.conversations.begin(next),
          conversations.takeBack(request.repo, trigger),
        ]);
        expect([begun, back]).toEqual(
          begun === 'begun' ? ['begun', undefined] : ['nothing', { requestId: request.id }],
        );
        expect(await store.conversations.messagesOf(next.run.id)).toHaveLength(begun === 'begun' ? 1 : 0);
      }
    });

    test('a run tried again gets the words of the former one, once, also when it is asked for eight times', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await settledAs(store, run);
      const message = await said(store, request);
      const former = further(request);
      await store.conversations.begin(former);
      await settledAs(store, former.run, 'failed');
      const waits = await said(store, request, { createdAt: '2026-11-23T11:30:00.000Z' });
      const again = { ...further(request), takes: { runId: former.run.id } };
      await drained(store);
      const answers = await eightTimes(processesOf(subjectOf()), (one) => one.conversations.begin(again));
      expect(answers.toSorted()).toEqual(['begun', ...Array.from({ length: 7 }, () => 'busy')]);
      expect(await store.conversations.begin(again)).toBe('busy');
      expect(await store.conversations.messagesOf(again.run.id)).toEqual([message]);
      expect(await store.conversations.waiting(request.id)).toEqual([waits]);
      expect((await drained(store)).map(({ job }) => job)).toEqual([again.job]);
    });

    test('a first run, which took no words, can be tried again; words of another request are never taken', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const other = await submitted(store);
      await said(store, other.request);
      await store.conversations.take(await claimed(store, other.run));
      await settledAs(store, run, 'failed');
      const again = { ...further(request), takes: { runId: other.run.id } };
      expect(await store.conversations.begin(again)).toBe('begun');
      expect(await store.conversations.messagesOf(again.run.id)).toEqual([]);
      expect(await store.conversations.messagesOf(other.run.id)).toHaveLength(1);
    });

    test('a run is begun with its words, log and jobs or not at all', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await settledAs(store, run);
      const message = await said(store, request);
      await drained(store);
      const before = await store.runs.readRequest(request.id);
      const next = further(request);
      await expect(store.conversations.begin({ ...next, jobs: [next.job, REFUSED_JOB] })).rejects.toThrow(
        'the database refused the values',
      );
      expect(await store.runs.readRequest(request.id)).toEqual(before);
      expect(await store.conversations.waiting(request.id)).toEqual([message]);
      expect(await store.log.readLog(request.id, 1, 10)).toEqual([]);
      expect(await drained(store)).toEqual([]);
      expect(await store.conversations.begin(next)).toBe('begun');
    });

    test('the session to go on with is that of the newest run that has one', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const other = await submitted(store);
      expect(await store.conversations.lastWithSession(request.id)).toBeUndefined();
      const session = { threadId: 't-1', record: Buffer.from('x') };
      for (const one of [run, other.run])
        await store.runs.advance(await claimed(store, one), {
          run: { status: 'succeeded' },
          result: { patch: null, session },
        });
      await said(store, request);
      const second = further(request);
      await store.conversations.begin(second);
      expect(await store.conversations.lastWithSession(request.id)).toBe(run.id);
      await store.runs.advance(await claimed(store, second.run), { result: { patch: null, session: null } });
      expect(await store.conversations.lastWithSession(request.id)).toBe(run.id);
      await store.runs.advance(
        { runId: second.run.id, epoch: 1 },
        { run: { status: 'failed' }, result: { patch: null, session } },
      );
      expect(await store.conversations.lastWithSession(request.id)).toBe(second.run.id);
    });

    test('a request that nobody has begun with is found by what asked for it, until a run is claimed or ended', async () => {
      const { store } = subjectOf();
      const trigger = { kind: 'comment', id: 4_242 } as const;
      const { request, run } = await submitted(store, { request: { trigger } });
      const { conversations } = store;
      const { repo } = request;
      expect(await conversations.notBegun(repo, trigger)).toEqual({ requestId: request.id });
      expect(await conversations.notBegun({ ...repo, id: repo.id + 1 }, trigger)).toBeUndefined();
      expect(await conversations.notBegun({ ...repo, provider: 'gitlab' }, trigger)).toBeUndefined();
      expect(await conversations.notBegun(repo, { ...trigger, id: 4_243 })).toBeUndefined();
      expect(await conversations.notBegun(repo, { kind: 'review', id: trigger.id })).toBeUndefined();
      await store.runs.requestCancel(keyOf(request), 'gone');
      const claim = await claimed(store, run);
      expect(await conversations.notBegun(repo, trigger)).toBeUndefined();
      await store.runs.release(claim, []);
      expect(await conversations.notBegun(repo, trigger)).toBeUndefined();
      await submitted(store, { request: { trigger: { kind: 'thread' } } });
      expect(await conversations.notBegun(repo, { kind: 'thread' })).toBeUndefined();
    });
  });
}
