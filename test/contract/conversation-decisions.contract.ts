import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '#core/contracts/jobs.ts';
import { approvalOf } from '#core/ports/conversations.ts';
import {
  aDecision,
  delivered,
  eightTimes,
  keyOf,
  parked,
  processesOf,
  REFUSED_JOB,
  SUBJECT,
} from './a-conversation.ts';
import { claimed, drained, submitted, type StoreSubjects } from './store-subject.ts';

/** What is promised about what waits for approval. */
export function conversationDecisionsContract(subjectOf: StoreSubjects): void {
  const waiting = async () => {
    const { store } = subjectOf();
    const { request, run } = await submitted(store);
    const claim = await parked(store, run);
    await drained(store);
    const job: Job = { name: 'execute-run', payload: { runId: run.id } };
    return { store, request, run, claim, job, read: async () => (await store.runs.readRun(run.id))?.run };
  };

  describe('decisions', () => {
    beforeEach(() => subjectOf().empty());

    test('a run that waits for approval is held by nobody and closed to the claim it was parked under', async () => {
      const { store, run, claim } = await waiting();
      expect(await store.runs.heartbeat(claim)).toBe('lost');
      expect(await store.runs.advance(claim, { run: { status: 'publishing' } })).toBe('lost');
      expect(await store.runs.claim(run.id, { holder: 'worker-2', silentMs: 0 })).toBeUndefined();
    });

    test('an approval queues the run again with who gave it and for what, and its job', async () => {
      const { store, request, run, claim, job, read } = await waiting();
      const decision = await aDecision(store, run);
      await drained(store);
      expect(await store.conversations.decide(decision, [job])).toBe('decided');
      expect(await read()).toMatchObject({
        status: 'queued',
        claims: 0,
        awaiting: SUBJECT,
        approved: approvalOf(decision),
        cancelRequested: false,
      });
      expect((await drained(store)).map((entry) => entry.job)).toEqual([job]);
      expect((await store.runs.readRequest(request.id))?.request.version).toBe(3);
      expect(await store.runs.heartbeat(claim)).toBe('lost');
      expect(await claimed(store, run, 'worker-2')).toEqual({ runId: run.id, epoch: 2 });
    });

    test('a rejection queues the run to be ended, with its reason', async () => {
      const { store, run, job, read } = await waiting();
      const reason = 'Rejected by @mona: too "early"\u0000';
      const decision = await aDecision(store, run, { decision: 'reject', reason });
      expect(await store.conversations.decide(decision, [job])).toBe('decided');
      const ended = { status: 'queued', approved: null, cancelRequested: true };
      expect(await read()).toMatchObject({ ...ended, cancelReason: 'Rejected by @mona: too "early"\ufffd' });
    });

    test('a delivery decides once, also when it is handled eight times at once and after a restart', async () => {
      const { store, run, job, read } = await waiting();
      const decision = await aDecision(store, run);
      await drained(store);
      const answers = await eightTimes(processesOf(subjectOf()), (one) =>
        one.conversations.decide({ ...decision, id: randomUUID() }, [job]),
      );
      expect(answers.toSorted()).toEqual(['decided', ...Array.from({ length: 7 }, () => 'repeated')]);
      expect((await drained(store)).map((entry) => entry.job)).toEqual([job]);
      await parked(store, run);
      expect(await store.conversations.decide({ ...decision, id: randomUUID() }, [job])).toBe('repeated');
      expect((await read())?.status).toBe('awaiting_approval');
      expect(await drained(store)).toEqual([]);
    });

    test('of eight people who decide at once one does, the others are told that it changed', async () => {
      const { store, run, job, read } = await waiting();
      const decisions = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          aDecision(store, run, { decision: index % 2 === 0 ? 'approve' : 'reject', reason: `no ${index}` }),
        ),
      );
      await drained(store);
      const answers = await eightTimes(processesOf(subjectOf()), (one, index) => {
        const decision = decisions[index];
        if (decision === undefined) throw new Error('there are eight');
        return one.conversations.decide(decision, [job]);
      });
      expect(answers.toSorted()).toEqual([...Array.from({ length: 7 }, () => 'changed'), 'decided']);
      expect(await drained(store)).toHaveLength(1);
      const won = decisions[answers.indexOf('decided')];
      const approves = won?.decision === 'approve';
      expect(await read()).toMatchObject({ cancelRequested: !approves, cancelReason: approves ? null : won?.reason });
    });

    test.each([
      ['another diff', { digest: 'e'.repeat(40) }],
      ['another version of the rules', { policyVersion: 'p2' }],
      ['the plan', { subject: 'plan' }],
    ] as const)('what was decided about %s does not count', async (_, other) => {
      const { store, run, job, read } = await waiting();
      const decision = await aDecision(store, run, { about: { ...SUBJECT, ...other } });
      await drained(store);
      expect(await store.conversations.decide(decision, [job])).toBe('changed');
      expect(await read()).toMatchObject({ status: 'awaiting_approval', approved: null });
      expect(await store.conversations.seen(decision.deliveryId)).toBe(false);
      expect(await drained(store)).toEqual([]);
    });

    test('nothing is decided about a run that works, is over or does not exist', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      expect(await store.conversations.decide(await aDecision(store, run), [])).toBe('changed');
      const claim = await claimed(store, run);
      await store.runs.advance(claim, { run: { status: 'publishing', awaiting: SUBJECT } });
      expect(await store.conversations.decide(await aDecision(store, run), [])).toBe('changed');
      await store.runs.advance(claim, { run: { status: 'succeeded' } });
      expect(await store.conversations.decide(await aDecision(store, run), [])).toBe('changed');
      expect(await store.conversations.decide(await aDecision(store, { id: randomUUID() }), [])).toBe('changed');
    });

    test('a decision is recorded with its job or not at all', async () => {
      const { store, run, job, read } = await waiting();
      const decision = await aDecision(store, run);
      await drained(store);
      await expect(store.conversations.decide(decision, [job, REFUSED_JOB])).rejects.toThrow('refused the values');
      expect(await read()).toMatchObject({ status: 'awaiting_approval', approved: null });
      expect(await store.conversations.seen(decision.deliveryId)).toBe(false);
      expect(await store.conversations.decide(decision, [job])).toBe('decided');
      expect(await store.conversations.seen(decision.deliveryId)).toBe(true);
    });

    test('what is reopened is queued without an approval, once, and has to be shown again', async () => {
      const { store, run, job, read } = await waiting();
      await store.conversations.decide(await aDecision(store, run), [job]);
      await parked(store, run, { ...SUBJECT, policyVersion: 'p2' });
      await drained(store);
      const answers = await eightTimes(processesOf(subjectOf()), (one) => one.conversations.reopen(run.id, [job]));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await read()).toMatchObject({ status: 'queued', awaiting: null, approved: null, claims: 0 });
      expect((await drained(store)).map((entry) => entry.job)).toEqual([job]);
      await claimed(store, run);
      expect(await store.conversations.reopen(run.id, [job])).toBe(false);
      expect((await read())?.epoch).toBe(3);
    });

    test('what waits for approval is cancelled by its request or thread, becomes claimable, and keeps the first reason', async () => {
      const { store, request, run, read } = await waiting();
      const { runs } = store;
      const key = keyOf(request);
      const foreign = [
        { ...key, repoId: key.repoId + 1 },
        { ...key, provider: 'gitlab' },
      ] as const;
      for (const thread of foreign) expect(await runs.requestCancel(thread, 'no')).toEqual([]);
      expect(await runs.requestCancel({ requestId: randomUUID() }, 'no')).toEqual([]);
      expect(await runs.requestCancel({ requestId: request.id }, 'first')).toEqual([run.id]);
      expect(await runs.requestCancel(key, 'second')).toEqual([run.id]);
      expect(await read()).toMatchObject({ status: 'queued', claims: 0, cancelRequested: true, cancelReason: 'first' });
      const late = await aDecision(store, run, { deliveryId: await delivered(store) });
      expect(await store.conversations.decide(late, [])).toBe('changed');
      await runs.advance(await claimed(store, run), { run: { status: 'cancelled' } });
      expect(await runs.requestCancel(key, 'third')).toEqual([]);
    });

    test('the thread of its change cancels a run as its own thread does', async () => {
      const { store, request, run } = await waiting();
      await store.conversations.reopen(run.id, []);
      const change = { number: 41, url: 'https://github.com/octo/tool/pull/41' };
      await store.runs.advance(await claimed(store, run), { run: { change } });
      const pull = { ...keyOf(request), kind: 'pull', number: 41 } as const;
      expect(await store.runs.requestCancel({ ...pull, kind: 'issue' }, 'no')).toEqual([]);
      expect(await store.runs.requestCancel(pull, 'closed')).toEqual([run.id]);
    });
  });
}
