import { beforeEach, describe, expect, test } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { NO_USAGE, type Run } from '#core/domain/run/run.ts';
import { further, parked } from './a-conversation.ts';
import { isoAt } from './iso-at.ts';
import { aRequest, claimed, submitted, type StoreSubjects } from './store-subject.ts';

const CHANGE = { number: 7, url: 'https://git.example/octo/tool/pull/7' };
const DAY_SEC = 86_400;

/** What summing up promises. */
export function overviewContract(subjectOf: StoreSubjects): void {
  describe('overview', () => {
    beforeEach(() => subjectOf().empty());

    /** A run that was asked for at `from` and ended at `to`, seconds after a fixed moment. */
    async function ran(from: number, to: number, end: Partial<Run>) {
      const { store } = subjectOf();
      const made = await submitted(store, { request: { createdAt: isoAt(from) }, run: { createdAt: isoAt(from) } });
      await store.runs.advance(await claimed(store, made.run), { run: { finishedAt: isoAt(to), ...end } });
      return made;
    }

    test('counts what is under way, and by day what ended, its cost and its tokens', async () => {
      const { store } = subjectOf();
      await submitted(store);
      await claimed(store, (await submitted(store)).run);
      const atWork = await submitted(store);
      await store.runs.advance(await claimed(store, atWork.run), { run: { status: 'running' } });
      await parked(store, (await submitted(store)).run);
      const usage = { ...NO_USAGE, inputTokens: 100, outputTokens: 20, cachedInputTokens: 90 };
      await ran(0, 60, { status: 'succeeded', change: CHANGE, costUsd: 0.5, usage });
      await ran(0, 61, { status: 'unchanged', costUsd: null, usage });
      await ran(0, DAY_SEC, { status: 'failed', costUsd: 0.25 });
      await ran(0, DAY_SEC + 1, { status: 'timed_out' });
      await ran(0, DAY_SEC + 2, { status: 'cancelled' });
      const counts = await store.overviews.read(FIRST_TENANT, isoAt(0));
      expect(counts).toMatchObject({ queued: 2, running: 1, awaitingApproval: 1 });
      expect(counts.days).toEqual([
        { day: '2026-11-23', succeeded: 2, failed: 0, cancelled: 0, costUsd: 0.5, tokens: 240 },
        { day: '2026-11-24', succeeded: 0, failed: 2, cancelled: 1, costUsd: 0.25, tokens: 0 },
      ]);
      expect((await store.overviews.read(FIRST_TENANT, isoAt(DAY_SEC))).days.map(({ day }) => day)).toEqual([
        '2026-11-24',
      ]);
    });

    test('times a request to its first change, and further runs of it do not count again', async () => {
      const { store } = subjectOf();
      const { request } = await ran(0, 60, { status: 'succeeded', change: CHANGE });
      await ran(0, 100, { status: 'succeeded', change: CHANGE });
      await ran(0, 900, { status: 'failed' });
      const next = further(request);
      await store.conversations.begin({ ...next, takes: { runId: next.run.id } });
      await store.runs.advance(await claimed(store, next.run), {
        run: { status: 'succeeded', change: CHANGE, finishedAt: isoAt(7_200) },
      });
      expect((await store.overviews.read(FIRST_TENANT, isoAt(0))).medianSecToChange).toBe(80);
      expect((await store.overviews.read(FIRST_TENANT, isoAt(10_000))).medianSecToChange).toBeNull();
    });

    test('another tenant has figures of its own', async () => {
      const { store } = subjectOf();
      await store.tenants.add({ id: 'umbra', name: 'Umbra' });
      await store.tenants.own('umbra', { provider: 'github', id: 1 });
      await submitted(store, { request: { repo: { ...aRequest().repo, id: 1 } } });
      await ran(0, 60, { status: 'succeeded' });
      expect(await store.overviews.read('umbra', isoAt(0))).toMatchObject({ queued: 1, days: [] });
      expect(await store.overviews.read(FIRST_TENANT, isoAt(0))).toMatchObject({ queued: 0, days: [{}] });
    });
  });
}
