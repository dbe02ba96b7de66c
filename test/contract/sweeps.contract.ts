import { beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '#core/contracts/jobs.ts';
import type { Store } from '#core/ports/store.ts';
import { eventually } from './eventually.ts';
import { grouped } from './incidents.contract.ts';
import { aDelivery, claimed, drained, submitted, type StoreSubjects } from './store-subject.ts';

const SILENT_MS = 250;

/** All that is found within the time in which everything untouched must be found. */
async function found(store: Store, expected: number): Promise<Job[]> {
  const jobs: Job[] = [];
  return eventually(async () => {
    jobs.push(...(await store.sweeps.findStranded(SILENT_MS, 30)));
    return jobs.length >= expected ? jobs : undefined;
  });
}

/** What sweeps promise. */
export function sweepsContract(subjectOf: StoreSubjects): void {
  describe('sweeps', () => {
    beforeEach(() => subjectOf().empty());

    test('an unsettled delivery, an unheld run and an unshown request are found, once per silence', async () => {
      const { store } = subjectOf();
      const { delivery, request, run } = await submitted(store);
      expect(await store.sweeps.findStranded(60_000, 30)).toEqual([]);
      await drained(store);
      const jobs = await found(store, 3);
      expect(jobs.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
        { name: 'execute-run', payload: { runId: run.id } },
        { name: 'handle-delivery', payload: { deliveryId: delivery.id } },
        { name: 'report-progress', payload: { requestId: request.id } },
      ]);
      expect(await store.sweeps.findStranded(10_000, 30)).toEqual([]);
    });

    test('an incident is found until everybody was told of its request, and again when there is more to tell', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      const incident = await grouped(store, { keys: ['cause'] });
      await store.incidents.begin(incident, {
        act: 'propose',
        bound: { requests: 1, minutes: 1 },
        now: request.createdAt,
      });
      await store.incidents.note(incident.id, { requestId: request.id });
      await drained(store);
      const news = async () =>
        (await store.sweeps.findStranded(SILENT_MS, 30)).filter(({ name }) => name === 'follow-incident');
      const all = await eventually(async () => {
        const some = await news();
        return some.length > 0 ? some : undefined;
      });
      expect(all).toEqual([{ name: 'follow-incident', payload: { incidentId: incident.id } }]);
      await store.incidents.told(incident.id, request.version);
      await found(store, 3);
      expect(await news()).toEqual([]);
      await store.conversations.end(request.id, 'merged');
      expect(await eventually(async () => ((await news()).length > 0 ? true : undefined))).toBe(true);
    });

    test('what still waits in the outbox is not found again', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      await store.inbox.record(aDelivery());
      expect(await found(store, 1)).toEqual([{ name: 'report-progress', payload: { requestId: request.id } }]);
    });

    test('what is settled, held or shown is left alone', async () => {
      const { store } = subjectOf();
      const done = await submitted(store);
      await store.runs.advance(await claimed(store, done.run), { run: { status: 'succeeded' } });
      const held = await submitted(store);
      const claim = await claimed(store, held.run);
      for (const { delivery, request } of [done, held]) {
        await store.inbox.settle(delivery.id, 'submitted');
        const lease = await store.reports.acquire(request.id, { holder: 'a', leaseMs: 1_000 });
        if (lease !== undefined) await store.reports.release(lease, { version: 2 });
      }
      await drained(store);
      const late = await submitted(store);
      await drained(store);
      const jobs = await eventually(async () => {
        await store.runs.heartbeat(claim);
        const some = await store.sweeps.findStranded(SILENT_MS, 30);
        return some.length > 0 ? some : undefined;
      });
      const ids = new Set(jobs.flatMap(({ payload }) => Object.values(payload)));
      expect([...ids].filter((id) => ![late.delivery.id, late.request.id, late.run.id].includes(id))).toEqual([]);
    });

    test('a run given back with a delay is not found before its time, and waits between finds double', async () => {
      const { store } = subjectOf();
      const { delivery, run } = await submitted(store);
      await store.inbox.settle(delivery.id, 'submitted');
      const delayMs = 4 * SILENT_MS;
      const job: Job = { name: 'execute-run', payload: { runId: run.id } };
      const released = Date.now();
      await store.runs.release(await claimed(store, run), [job], delayMs);
      await drained(store);
      const finds: number[] = [];
      while (finds.length < 3) {
        const jobs = await store.sweeps.findStranded(SILENT_MS, 30);
        if (jobs.some((one) => one.name === 'execute-run')) finds.push(Date.now() - released);
      }
      const [first = 0, second = 0, third = 0] = finds;
      expect(first).toBeGreaterThanOrEqual(delayMs);
      expect(third - second).toBeGreaterThanOrEqual(second - first);
    });

    test('a claimed run whose holder fell silent is found', async () => {
      const { store } = subjectOf();
      const { delivery, run } = await submitted(store);
      await store.inbox.settle(delivery.id, 'submitted');
      await claimed(store, run);
      await drained(store);
      const jobs = await found(store, 2);
      expect(jobs).toContainEqual({ name: 'execute-run', payload: { runId: run.id } });
    });
  });
}
