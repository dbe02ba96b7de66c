import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ModelCall } from '#core/ports/model-calls.ts';
import { CALL_BODY_BYTES_MAX } from '../../prisma/run/model-calls.ts';
import { aCall } from './a-call.ts';
import { claimed, submitted, type StoreSubjects } from './store-subject.ts';

const MANY = 1_000;

/** What recording model calls promises. */
export function modelCallsContract(subjectOf: StoreSubjects): void {
  describe('model calls', () => {
    beforeEach(() => subjectOf().empty());

    test('calls read back as they were recorded, oldest first, each with its own run', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const other = await submitted(store);
      const calls = [
        aCall(run.id),
        aCall(run.id, { epoch: 2, model: null, usage: null, status: 429, response: '', cut: true }),
        aCall(run.id, { request: 'nul \u0000, 🙏 and "\\u0000"', startedAt: '2026-11-23T10:01:00.000Z' }),
      ];
      for (const call of calls) await store.modelCalls.recordCall(call);
      const elsewhere = aCall(other.run.id);
      await store.modelCalls.recordCall(elsewhere);
      expect(await store.modelCalls.readCalls(run.id, MANY)).toEqual(calls);
      expect(await store.modelCalls.readCalls(run.id, 2)).toEqual(calls.slice(0, 2));
      const each: ModelCall[] = [];
      for await (const call of store.modelCalls.eachCall(run.id)) each.push(call);
      expect(each).toEqual(calls);
      expect(await store.modelCalls.readCalls(other.run.id, MANY)).toEqual([elsewhere]);
      expect(await store.modelCalls.readCalls(randomUUID(), MANY)).toEqual([]);
    });

    test('what a guest names its model is kept even where Postgres cannot hold it, and time is rounded', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      await store.modelCalls.recordCall(aCall(run.id, { model: 'a\u0000b', tookMs: 12.6 }));
      const [call] = await store.modelCalls.readCalls(run.id, MANY);
      expect(call).toMatchObject({ model: 'a\ufffdb', tookMs: 13 });
    });

    test('recording touches neither claim nor request, and a call of a lost claim is kept too', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      const zombie = await claimed(store, run);
      await store.runs.release(zombie, []);
      const owner = await claimed(store, run, 'worker-2');
      const before = await store.runs.readRequest(request.id);
      await store.modelCalls.recordCall(aCall(run.id, { epoch: zombie.epoch }));
      expect(await store.modelCalls.readCalls(run.id, MANY)).toHaveLength(1);
      expect(await store.runs.readRequest(request.id)).toEqual(before);
      expect(await store.runs.heartbeat(owner)).toBe('held');
    });

    test('a call of a run that does not exist is refused as missing', async () => {
      const { modelCalls } = subjectOf().store;
      await expect(modelCalls.recordCall(aCall(randomUUID()))).rejects.toMatchObject({ code: 'missing' });
    });

    test('a body is cut to its bound and says so', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      await store.modelCalls.recordCall(aCall(run.id, { request: 'x'.repeat(CALL_BODY_BYTES_MAX) }));
      await store.modelCalls.recordCall(aCall(run.id, { response: 'y'.repeat(CALL_BODY_BYTES_MAX + 1) }));
      const [whole, cut] = await store.modelCalls.readCalls(run.id, MANY);
      expect([whole?.cut, whole?.request.length]).toEqual([false, CALL_BODY_BYTES_MAX]);
      expect([cut?.cut, cut?.response.length]).toEqual([true, CALL_BODY_BYTES_MAX]);
    });
  });
}
