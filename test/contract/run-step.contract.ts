import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { aProof, anEvent, aRun, claimed, drained, submitted, type StoreSubjects } from './store-subject.ts';

/** What a fenced step and the log promise. */
export function runStepContract(subjectOf: StoreSubjects): void {
  describe('run steps', () => {
    beforeEach(() => subjectOf().empty());

    test('a step writes state, log, result and jobs, and leaves what it does not name', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await drained(store);
      const claim = await claimed(store, run);
      const written = {
        status: 'publishing' as const,
        provisioner: 'docker',
        finalMessage: 'Fixed.',
        usage: { inputTokens: 1, cachedInputTokens: 2, outputTokens: 3, reasoningTokens: 4 },
        commands: [{ command: 'npm test', exitCode: 0 }],
        costUsd: 0.123_456_789,
        blocked: { 'example.com:443': 3, '169.254.169.254:80': 1 },
        pushed: { branch: 'astraforge/1', sha: 'c'.repeat(40) },
        savedBranch: 'astraforge/saved/1',
        proof: aProof(),
        startedAt: '2026-11-23T10:01:00.000Z',
      };
      const patch = randomBytes(3_000);
      const record = randomBytes(100);
      const log = [anEvent(run, 'one'), anEvent(run, 'two')];
      const job = { name: 'report-progress' as const, payload: { requestId: request.id } };
      const placed = await store.runs.advance(claim, {
        run: written,
        request: 'EXECUTING',
        log,
        result: { patch, session: { threadId: 't-1', record } },
        jobs: [job],
      });
      expect(placed).toEqual(log.map((event, index) => ({ position: index + 2, event })));
      const after = { ...run, ...written, epoch: 1, claims: 1 };
      expect(await store.runs.readRequest(request.id)).toEqual({
        request: { ...request, state: 'EXECUTING', version: 2 },
        run: after,
      });
      const result = await store.runs.readResult(run.id);
      expect(Buffer.from(result?.patch ?? []).equals(patch)).toBe(true);
      expect(Buffer.from(result?.session?.record ?? []).equals(record)).toBe(true);
      expect(result?.session?.threadId).toBe('t-1');
      expect((await drained(store)).map((entry) => entry.job)).toEqual([job]);
    });

    test('a member given as null is emptied, and a second result replaces the first', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const claim = await claimed(store, run);
      const failure = { code: 'internal', message: 'x' };
      await store.runs.advance(claim, {
        run: {
          ...{ finalMessage: 'a', failure, costUsd: 1, savedBranch: 'b', proof: aProof() },
          pushed: { branch: 'b', sha: 'd'.repeat(40) },
        },
        result: { patch: Buffer.from('1'), session: null },
      });
      await store.runs.advance(claim, {
        run: { failure: null, costUsd: null, pushed: null, savedBranch: null, proof: null },
        result: { patch: Buffer.from('2'), session: null },
      });
      expect((await store.runs.readRun(run.id))?.run).toMatchObject({
        finalMessage: 'a',
        failure: null,
        costUsd: null,
        pushed: null,
        savedBranch: null,
        proof: null,
      });
      const result = await store.runs.readResult(run.id);
      expect({ ...result, patch: Buffer.from(result?.patch ?? []).toString() }).toEqual({
        patch: '2',
        session: null,
        unfinished: null,
      });
    });

    test('a worker that lost its claim writes nothing more', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const zombie = await claimed(store, run);
      await store.runs.release(zombie, []);
      const owner = await claimed(store, run, 'worker-2');
      await store.effects.plan(request.id, 'pull-request');
      await drained(store);
      const before = await store.runs.readRequest(request.id);
      const job = { name: 'execute-run' as const, payload: { runId: run.id } };
      const step = { run: { status: 'failed' as const }, log: [anEvent(run, 'boo')], jobs: [job] };
      const result = { patch: Buffer.from('x'), session: null };
      expect(await store.runs.advance(zombie, { ...step, request: 'FAILED', result })).toBe('lost');
      expect(await store.runs.heartbeat(zombie)).toBe('lost');
      expect(await store.runs.release(zombie, [job])).toBe('lost');
      expect(await store.effects.markSent({ subjectId: request.id, kind: 'pull-request' }, zombie)).toBe('lost');
      expect(await store.runs.readRequest(request.id)).toEqual(before);
      expect(await store.runs.readResult(run.id)).toBeUndefined();
      expect(await store.log.readLog(request.id, 0, 10)).toHaveLength(1);
      expect((await store.effects.plan(request.id, 'pull-request')).state).toBe('planned');
      expect(await drained(store)).toEqual([]);
      expect(await store.runs.heartbeat(owner)).toBe('held');
    });

    test('a settled run takes no further step', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const claim = await claimed(store, run);
      await store.runs.advance(claim, { run: { status: 'cancelled' } });
      expect(await store.runs.advance(claim, { run: { status: 'succeeded' } })).toBe('lost');
      expect((await store.runs.readRun(run.id))?.run.status).toBe('cancelled');
    });

    test('twenty steps at once leave a log without hole or duplicate, each step together and in its order', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const claim = await claimed(store, run);
      const steps = Array.from({ length: 20 }, (_, step) => [0, 1, 2].map((part) => anEvent(run, `${step}.${part}`)));
      await Promise.all(steps.map((log) => store.runs.advance(claim, { log })));
      const read = await store.log.readLog(request.id, 1, 100);
      expect(read.map(({ position }) => position)).toEqual(Array.from({ length: 60 }, (_, index) => index + 2));
      for (let index = 0; index < read.length; index += 3) {
        const messages = read.slice(index, index + 3).map(({ event }) => event.message);
        const [first = ''] = messages;
        expect(messages).toEqual([first, first.replace('.0', '.1'), first.replace('.0', '.2')]);
      }
      expect((await store.runs.readRequest(request.id))?.request.version).toBe(21);
    });

    test('the log pages by position, and its two ends never show an event twice', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const claim = await claimed(store, run);
      await store.runs.advance(claim, { log: ['b', 'c', 'd', 'e'].map((message) => anEvent(run, message)) });
      const page = await store.log.readLog(request.id, 2, 2);
      expect(page.map(({ position, event }) => [position, event.message])).toEqual([
        [3, 'c'],
        [4, 'd'],
      ]);
      const said = async (head: number, tail: number) => {
        const ends = await store.log.readLogEnds(run.id, { head, tail });
        return [ends.head.map((event) => event.message), ends.tail.map((event) => event.message), ends.total];
      };
      expect(await said(2, 2)).toEqual([['asked', 'b'], ['d', 'e'], 5]);
      expect(await said(4, 4)).toEqual([['asked', 'b', 'c', 'd'], ['e'], 5]);
      expect(await said(0, 1)).toEqual([[], ['e'], 5]);
      expect(await store.log.readLogEnds(aRun(request.id).id, { head: 5, tail: 5 })).toMatchObject({ total: 0 });
    });

    test('a host that a guest asked for is kept even where Postgres cannot hold its name', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const claim = await claimed(store, run);
      await store.runs.advance(claim, { run: { blocked: { 'a\u0000b \udc00': 2, plain: 1 } } });
      await store.runs.advance(claim, { run: { costUsd: 0 } });
      expect((await store.runs.readRun(run.id))?.run).toMatchObject({
        blocked: { 'a\ufffdb \ufffd': 2, plain: 1 },
        costUsd: 0,
      });
    });

    test('what a command printed is kept even where Postgres cannot hold it', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const claim = await claimed(store, run);
      const placed = await store.runs.advance(claim, { log: [anEvent(run, 'a\u0000b \udc00 "\\u0000"')] });
      expect(placed).toMatchObject([{ event: { message: 'a\ufffdb \ufffd "\\u0000"' } }]);
      const ends = await store.log.readLogEnds(run.id, { head: 0, tail: 1 });
      expect(placed).toMatchObject([{ event: ends.tail[0] }]);
    });
  });
}
