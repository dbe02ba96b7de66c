import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Trigger } from '#core/domain/host/inbound.ts';
import type { Run } from '#core/domain/run/run.ts';
import { aDelivery, anEvent, aRequest, aRun, drained, submitted, type StoreSubjects } from './store-subject.ts';

/** What submitting and reading promise. */
export function submitContract(subjectOf: StoreSubjects): void {
  describe('submitting', () => {
    beforeEach(() => subjectOf().empty());

    test('a request and its run read back as they were written, prompt included', async () => {
      const { store } = subjectOf();
      const triggers: Trigger[] = [
        { kind: 'thread' },
        { kind: 'comment', id: 9_007_199_254_740_991 },
        { kind: 'review-comment', id: 3, path: 'a b/ü.ts', hunk: "@@ 'quoted' \\ @@" },
      ];
      for (const trigger of triggers) {
        const { request, run } = await submitted(store, { request: { trigger } });
        expect(await store.runs.readRun(run.id)).toEqual({ request, run });
        expect(await store.runs.readRequest(request.id)).toEqual({ request, run });
      }
    });

    test('a run reads back with all that a run can have', async () => {
      const { store } = subjectOf();
      const all: Partial<Run> = {
        tries: 2,
        provisioner: 'docker',
        finalMessage: 'Done.',
        failure: { code: 'limited', message: 'Later.' },
        change: { number: 7, url: 'https://github.com/octo/tool/pull/7' },
        costUsd: 1.5,
        blocked: { 'example.com:443': 2 },
        pushed: { branch: 'astraforge/1', sha: 'c'.repeat(40) },
        savedBranch: 'astraforge/saved/1',
        startedAt: '2026-11-23T10:01:00.000Z',
        finishedAt: '2026-11-23T10:02:00.000Z',
      };
      const { request, run } = await submitted(store, { run: all });
      expect(run).toMatchObject(all);
      expect(await store.runs.readRun(run.id)).toEqual({ request, run });
    });

    test('its first events and jobs are committed with it', async () => {
      const { store } = subjectOf();
      const { delivery, request, run } = await submitted(store);
      expect(await store.log.readLog(request.id, 0, 10)).toEqual([{ position: 1, event: anEvent(run, 'asked') }]);
      expect((await drained(store)).map(({ job }) => job)).toEqual([
        { name: 'handle-delivery', payload: { deliveryId: delivery.id } },
        { name: 'execute-run', payload: { runId: run.id } },
      ]);
    });

    test('a delivery makes at most one request, also when it is handled eight times at once', async () => {
      const { store } = subjectOf();
      const delivery = aDelivery();
      await store.inbox.record(delivery);
      await drained(store);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => {
          const request = aRequest();
          const run = aRun(request.id);
          const jobs = [{ name: 'execute-run' as const, payload: { runId: run.id } }];
          return store.runs.submit({ deliveryId: delivery.id, request, run, log: [anEvent(run, 'asked')], jobs });
        }),
      );
      expect(answers.toSorted()).toEqual([...Array.from({ length: 7 }, () => 'repeated'), 'submitted']);
      expect(await drained(store)).toHaveLength(1);
    });

    test('text that Postgres cannot hold is replaced and not refused', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store, { request: { prompt: 'nul \u0000 and half \ud83d of a pair' } });
      const read = await store.runs.readRun(run.id);
      expect(read?.request.prompt).toBe('nul \ufffd and half \ufffd of a pair');
      expect(read?.request.id).toBe(request.id);
    });

    test('what does not exist reads as undefined', async () => {
      const { store } = subjectOf();
      expect(await store.runs.readRun(randomUUID())).toBeUndefined();
      expect(await store.runs.readRequest(randomUUID())).toBeUndefined();
      expect(await store.runs.readResult(randomUUID())).toBeUndefined();
      expect(await store.log.readLog(randomUUID(), 0, 10)).toEqual([]);
    });
  });
}
