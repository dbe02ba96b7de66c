import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { threadOf } from '#core/domain/request/work-request.ts';
import { claimed, drained, submitted, type StoreSubjects } from './store-subject.ts';
import { eventually } from './eventually.ts';

/** Shorter than any test and longer than any statement. */
const SILENT_MS = 300;
const NEVER_SILENT_MS = 60_000;

/** What claims promise. */
export function claimContract(subjectOf: StoreSubjects): void {
  describe('claims', () => {
    beforeEach(() => subjectOf().empty());

    test('of eight workers that claim one run at once, one wins', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store.runs.claim(run.id, { holder: `worker-${index}`, silentMs: NEVER_SILENT_MS }),
        ),
      );
      const won = claims.filter((claim) => claim !== undefined);
      expect(won).toHaveLength(1);
      expect(won[0]).toEqual({ ...run, epoch: 1, claims: 1 });
    });

    test('a run whose holder is silent is claimed under the next epoch, and one whose holder speaks is not', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const first = await claimed(store, run);
      const end = Date.now() + 2 * SILENT_MS;
      while (Date.now() < end) {
        expect(await store.runs.heartbeat(first)).toBe('held');
        expect(await store.runs.claim(run.id, { holder: 'early', silentMs: SILENT_MS })).toBeUndefined();
      }
      const taken = await eventually(() => store.runs.claim(run.id, { holder: 'late', silentMs: SILENT_MS }));
      expect(taken).toMatchObject({ epoch: 2, claims: 2 });
      expect(await store.runs.heartbeat(first)).toBe('lost');
      expect(await store.runs.isLive(first)).toBe(false);
      expect(await store.runs.isLive({ runId: run.id, epoch: 2 })).toBe(true);
    });

    test('a released run is queued with its job, claimable at once and closed to its old claim', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      await drained(store);
      const claim = await claimed(store, run);
      await store.runs.advance(claim, { run: { status: 'running' } });
      const job = { name: 'execute-run' as const, payload: { runId: run.id } };
      expect(await store.runs.release(claim, [job])).toBe('released');
      expect((await drained(store)).map((entry) => entry.job)).toEqual([job]);
      expect(await store.runs.release(claim, [job])).toBe('lost');
      expect(await store.runs.heartbeat(claim)).toBe('lost');
      expect(await drained(store)).toEqual([]);
      expect((await store.runs.readRun(run.id))?.run.status).toBe('queued');
      expect(await claimed(store, run, 'worker-2')).toEqual({ runId: run.id, epoch: 2 });
      expect((await store.runs.readRun(run.id))?.run.claims).toBe(1);
    });

    test('a try that met a passing failure is counted and starts after its time; a hand-over is not and starts at once', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      await drained(store);
      const job = { name: 'execute-run' as const, payload: { runId: run.id } };
      const delaysMs: (number | undefined)[] = [];
      for (const retryInMs of [undefined, 60_000, 0, undefined]) {
        expect(await store.runs.release(await claimed(store, run), [job], retryInMs)).toBe('released');
        delaysMs.push((await drained(store))[0]?.delayMs);
      }
      const [handedOver = -1, retried = -1, ...others] = delaysMs;
      expect([handedOver, ...others]).toEqual([0, 0, 0]);
      expect(retried).toBeGreaterThan(30_000);
      expect(retried).toBeLessThanOrEqual(60_000);
      const taken = await store.runs.claim(run.id, { holder: 'worker-2', silentMs: NEVER_SILENT_MS });
      expect(taken).toMatchObject({ tries: 2, claims: 1, epoch: 5 });
    });

    test('a lost claim counts no try', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const zombie = await claimed(store, run);
      await store.runs.release(zombie, []);
      expect(await store.runs.release(zombie, [], 1_000)).toBe('lost');
      expect((await store.runs.readRun(run.id))?.run.tries).toBe(0);
    });

    test('a settled run, and one that does not exist, cannot be claimed', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const claim = await claimed(store, run);
      await store.runs.advance(claim, { run: { status: 'succeeded' } });
      expect(await store.runs.claim(run.id, { holder: 'worker-2', silentMs: 0 })).toBeUndefined();
      expect(await store.runs.isLive(claim)).toBe(false);
      expect(await store.runs.claim(randomUUID(), { holder: 'worker-2', silentMs: 0 })).toBeUndefined();
    });

    test('cancelling a thread marks its unsettled runs, tells their holders and leaves queued ones claimable', async () => {
      const { store } = subjectOf();
      const settled = await submitted(store);
      const { repo } = settled.request;
      const thread = threadOf(settled.request);
      await store.runs.advance(await claimed(store, settled.run), { run: { status: 'failed' } });
      const held = await submitted(store, { request: { thread } });
      const later = { createdAt: '2026-11-23T10:00:01.000Z' };
      const queued = await submitted(store, { request: { thread }, run: later });
      const elsewhere = await submitted(store, { request: { thread: { ...thread, number: thread.number + 1 } } });
      const claim = await claimed(store, held.run);
      const key = { provider: repo.provider, repoId: repo.id, kind: thread.kind, number: thread.number };
      const marked = await store.runs.requestCancel(key, 'Closed by @ada.');
      expect(marked.toSorted()).toEqual([held.run.id, queued.run.id].toSorted());
      expect(await store.runs.heartbeat(claim)).toBe('cancel');
      const taken = await store.runs.claim(queued.run.id, { holder: 'worker-2', silentMs: NEVER_SILENT_MS });
      expect(taken).toMatchObject({ cancelRequested: true, cancelReason: 'Closed by @ada.' });
      expect((await store.runs.readRun(elsewhere.run.id))?.run.cancelRequested).toBe(false);
    });
  });
}
