import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { claimed, submitted, type StoreSubjects } from './store-subject.ts';

const LEASE_MS = 60_000;
const SHORT_LEASE_MS = 200;

/** What report leases promise. */
export function reportsContract(subjectOf: StoreSubjects): void {
  describe('report leases', () => {
    beforeEach(() => subjectOf().empty());

    test('one of eight gets the lease, and the next one when it is released', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      const leases = await Promise.all(
        Array.from({ length: 8 }, () => store.reports.acquire(request.id, { holder: 'same name', leaseMs: LEASE_MS })),
      );
      const [lease, ...others] = leases.filter((given) => given !== undefined);
      expect(others).toEqual([]);
      expect(lease).toMatchObject({ requestId: request.id, reportedVersion: 0, reportedAt: null });
      if (lease === undefined) return;
      await store.reports.release(lease);
      const next = await store.reports.acquire(request.id, { holder: 'b', leaseMs: LEASE_MS });
      expect(next).toMatchObject({ reportedVersion: 0, reportedAt: null });
    });

    test('a release with a version is remembered, never beyond what there is to show', async () => {
      const { store } = subjectOf();
      const { request, run } = await submitted(store);
      await store.runs.advance(await claimed(store, run), {});
      const again = async (version: number) => {
        const lease = await store.reports.acquire(request.id, { holder: 'a', leaseMs: LEASE_MS });
        if (lease === undefined) throw new Error('no lease');
        await store.reports.release(lease, { version });
        const next = await store.reports.acquire(request.id, { holder: 'a', leaseMs: LEASE_MS });
        if (next === undefined) throw new Error('no lease');
        await store.reports.release(next);
        return next;
      };
      const shown = await again(2);
      expect(shown.reportedVersion).toBe(2);
      expect(Math.abs(Date.now() - Date.parse(shown.reportedAt ?? ''))).toBeLessThan(60_000);
      expect((await again(1)).reportedVersion).toBe(2);
      expect((await again(99)).reportedVersion).toBe(2);
    });

    test('a lease runs out by itself, and its late release does not end that of the successor', async () => {
      const { store } = subjectOf();
      const { request } = await submitted(store);
      const late = await store.reports.acquire(request.id, { holder: 'a', leaseMs: SHORT_LEASE_MS });
      expect(await store.reports.acquire(request.id, { holder: 'b', leaseMs: LEASE_MS })).toBeUndefined();
      const successor = await eventually(() => store.reports.acquire(request.id, { holder: 'a', leaseMs: LEASE_MS }));
      expect(successor.reportedVersion).toBe(0);
      if (late === undefined) throw new Error('no lease');
      await store.reports.release(late, { version: 1 });
      expect(await store.reports.acquire(request.id, { holder: 'b', leaseMs: LEASE_MS })).toBeUndefined();
      await store.reports.release(successor);
      const next = await store.reports.acquire(request.id, { holder: 'b', leaseMs: LEASE_MS });
      expect(next?.reportedVersion).toBe(0);
    });

    test('a request nobody knows has no lease', async () => {
      const { store } = subjectOf();
      expect(await store.reports.acquire(randomUUID(), { holder: 'a', leaseMs: LEASE_MS })).toBeUndefined();
    });
  });
}
