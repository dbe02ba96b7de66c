import { beforeEach, describe, expect, test } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { Run } from '#core/domain/run/run.ts';
import type { Store } from '#core/ports/store.ts';
import { aCall } from './a-call.ts';
import { further, parked, said } from './a-conversation.ts';
import { eventually } from './eventually.ts';
import { grouped } from './incidents.contract.ts';
import { aDelivery, anEvent, claimed, submitted, type StoreSubjects } from './store-subject.ts';

const LONG_MS = 60_000;

/** A run that said `events` lines after its first one, and ended. */
async function ended(store: Store, events: number) {
  const made = await submitted(store);
  await say(store, made.run, events);
  return made;
}

async function say(store: Store, run: Pick<Run, 'id' | 'requestId'>, events: number): Promise<void> {
  const log = Array.from({ length: events }, (_, at) => anEvent(run, `line ${at}`));
  await store.runs.advance(await claimed(store, run), { log, run: { status: 'succeeded' } });
}

/** Prunes until nothing is left of what is older than a millisecond; gives how much that was. */
async function allOf(prune: (olderThanMs: number) => Promise<number>): Promise<number> {
  let done = 0;
  return eventually(async () => {
    const count = await prune(0);
    done += count;
    return count === 0 && done > 0 ? done : undefined;
  });
}

/** What forgetting promises. */
export function pruningContract(subjectOf: StoreSubjects): void {
  describe('pruning', () => {
    beforeEach(() => subjectOf().empty());

    test('model calls of settled runs go, those of others stay, and later ones are kept again', async () => {
      const { store } = subjectOf();
      const { run } = await submitted(store);
      const open = await submitted(store);
      const waits = await submitted(store);
      const claim = await claimed(store, run);
      await store.runs.advance(await claimed(store, waits.run), { run: { status: 'awaiting_approval' } });
      for (const { id } of [run, open.run, waits.run]) {
        await store.modelCalls.recordCall(aCall(id));
        await store.modelCalls.recordCall(aCall(id));
      }
      expect(await store.pruning.calls(0)).toBe(0);
      await store.runs.advance(claim, { run: { status: 'succeeded' } });
      expect(await store.pruning.calls(LONG_MS)).toBe(0);
      expect(await allOf(store.pruning.calls)).toBe(1);
      expect(await store.modelCalls.readCalls(run.id, 10)).toEqual([]);
      for (const { id } of [open.run, waits.run]) expect(await store.modelCalls.readCalls(id, 10)).toHaveLength(2);
      await store.modelCalls.recordCall(aCall(run.id));
      expect(await store.modelCalls.readCalls(run.id, 10)).toHaveLength(1);
    });

    test('bodies of settled deliveries go, and what was seen is still known', async () => {
      const { store } = subjectOf();
      const settled = aDelivery();
      const open = aDelivery();
      for (const delivery of [settled, open]) await store.inbox.record(delivery);
      await store.inbox.settle(settled.id, 'ignored');
      expect(await store.pruning.deliveries(LONG_MS)).toBe(0);
      expect(await allOf(store.pruning.deliveries)).toBe(1);
      expect((await store.inbox.read(settled.id))?.delivery.body).toHaveLength(0);
      expect((await store.inbox.read(open.id))?.delivery.body).toHaveLength(open.body.byteLength);
      expect(await store.inbox.record(aDelivery({ body: settled.body }))).toBe('repeated');
    });

    test('logs of runs that are over go, however long they are, and who looks is told up to where', async () => {
      const { store } = subjectOf();
      const { run, request } = await ended(store, 12_000);
      const kept = await submitted(store);
      expect(await store.pruning.logs(LONG_MS)).toBe(0);
      expect(await store.history.log(FIRST_TENANT, run.id)).toMatchObject({ isOver: true, prunedTo: 0 });
      expect(await allOf(store.pruning.logs)).toBe(12_002);
      expect(await store.log.readLog(request.id, 0, 10)).toEqual([]);
      for (const id of [run.id, request.id])
        expect(await store.history.log(FIRST_TENANT, id)).toMatchObject({ isOver: true, prunedTo: 12_001 });
      expect((await store.history.run(FIRST_TENANT, run.id))?.logPrunedAt).toMatch(/^\d{4}-/);
      expect(await store.log.readLog(kept.request.id, 0, 10)).toHaveLength(1);
    });

    test('a further run goes on counting where the forgotten log ended, and its log is kept', async () => {
      const { store } = subjectOf();
      const { run, request } = await ended(store, 3);
      await allOf(store.pruning.logs);
      await said(store, request);
      const next = further(request);
      expect(await store.conversations.begin(next)).toBe('begun');
      expect(await store.log.readLog(request.id, 0, 10)).toMatchObject([{ position: 5 }]);
      expect(await store.pruning.logs(0)).toBe(0);
      expect(await store.history.log(FIRST_TENANT, next.run.id)).toMatchObject({ isOver: false, prunedTo: 0 });
      expect(await store.history.log(FIRST_TENANT, run.id)).toMatchObject({ isOver: true, prunedTo: 4 });
      expect(await store.history.log(FIRST_TENANT, request.id)).toMatchObject({ isOver: false, prunedTo: 4 });
    });

    test('nothing of a request goes while a run of it is under way, parked, or words wait for one', async () => {
      const { store } = subjectOf();
      const atWork = await submitted(store);
      await parked(store, (await submitted(store)).run);
      const asked = await ended(store, 1);
      await said(store, asked.request);
      await store.runs.heartbeat(await claimed(store, atWork.run));
      for (const prune of [store.pruning.logs, store.pruning.calls, store.pruning.requests])
        expect(await prune(0)).toBe(0);
      expect(await store.log.readLog(asked.request.id, 0, 10)).toHaveLength(2);
    });

    test('a request at rest goes with its runs once its log is forgotten, and its delivery stays known', async () => {
      const { store } = subjectOf();
      const { delivery, request, run } = await ended(store, 2);
      await store.modelCalls.recordCall(aCall(run.id));
      expect(await store.pruning.requests(0)).toBe(0);
      await allOf(store.pruning.logs);
      expect(await store.pruning.requests(0)).toBe(0);
      await allOf(store.pruning.calls);
      expect(await store.pruning.requests(LONG_MS)).toBe(0);
      expect(await allOf(store.pruning.requests)).toBe(1);
      expect(await store.history.request(FIRST_TENANT, request.id)).toBeUndefined();
      expect(await store.history.run(FIRST_TENANT, run.id)).toBeUndefined();
      expect(await store.inbox.record(aDelivery({ guid: delivery.guid }))).toBe('repeated');
    });

    test('a request that an incident asked for goes as any other, and the incident stays', async () => {
      const { store } = subjectOf();
      const incident = await grouped(store, { keys: ['cause'] });
      const { request } = await ended(store, 1);
      await store.incidents.note(incident.id, { requestId: request.id });
      for (const prune of [store.pruning.logs, store.pruning.requests]) expect(await allOf(prune)).toBeGreaterThan(0);
      expect(await store.runs.readRequest(request.id)).toBeUndefined();
      expect((await store.incidents.read(incident.id))?.requestId).toBe(request.id);
    });
  });
}
