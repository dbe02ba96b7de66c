import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { RecordedAlert } from '#core/ports/alerts.ts';
import { delivered } from './a-conversation.ts';
import { isoAt } from './iso-at.ts';
import type { StoreSubjects } from './store-subject.ts';

/** An alert that was just told, or the same with some of it changed. */
export function anAlert(same: Partial<RecordedAlert> = {}): RecordedAlert {
  return {
    id: randomUUID(),
    tenantId: FIRST_TENANT,
    source: 'shop',
    tracker: 'sentry',
    occasion: 'fired',
    issueId: '1170820242',
    issueUrl: 'https://sentry.example/organizations/acme/issues/1170820242/',
    projects: ['front-end', '1'],
    title: 'TypeError: x is not a function',
    level: 'error',
    environment: null,
    release: '1.4.2',
    repository: null,
    cause: 'TypeError\nsrc/cart.js total',
    account: 'What failed: TypeError',
    outcome: 'On record.',
    createdAt: '2026-11-26T10:00:00.000Z',
    ...same,
  };
}

/** What every record of alerts promises. */
export function alertsContract(subjectOf: StoreSubjects): void {
  describe('alerts', () => {
    beforeEach(() => subjectOf().empty());

    test('what a delivery told is listed as it was, once however often it is written', async () => {
      const { store } = subjectOf();
      const [first, second] = [
        anAlert(),
        anAlert({ createdAt: '2026-11-26T10:00:01.000Z', issueUrl: null, projects: [] }),
      ];
      const deliveryId = await delivered(store);
      for (const _ of [1, 2]) expect(await store.alerts.record(deliveryId, [first, second])).toBe('recorded');
      expect(await store.alerts.list(FIRST_TENANT, { after: null, countMax: 10 })).toEqual(
        [second, first].map((alert) => ({ ...alert, incidentId: null })),
      );
      expect(await store.alerts.find(FIRST_TENANT, first.id)).toEqual({ ...first, incidentId: null });
      expect(await store.alerts.find(FIRST_TENANT, 'none')).toBeUndefined();
    });

    test('a list is read in pages, with nothing twice and nothing left out, also of one moment', async () => {
      const { store } = subjectOf();
      const told = Array.from({ length: 7 }, (_, at) => anAlert({ createdAt: isoAt(Math.floor(at / 3)) }));
      await store.alerts.record(await delivered(store), told);
      const seen: RecordedAlert[] = [];
      for (let after: RecordedAlert | null = null; ;) {
        const page: readonly RecordedAlert[] = await store.alerts.list(FIRST_TENANT, { after, countMax: 2 });
        seen.push(...page);
        after = page.at(-1) ?? null;
        if (after === null) break;
      }
      expect(seen.map(({ id }) => id).toSorted()).toEqual(told.map(({ id }) => id).toSorted());
      expect(seen.map(({ createdAt }) => createdAt)).toEqual(
        told
          .map(({ createdAt }) => createdAt)
          .toSorted()
          .toReversed(),
      );
    });

    test('nobody sees what another tenant was told, and a tenant that is not there is told nothing', async () => {
      const { store } = subjectOf();
      await store.tenants.add({ id: 'umbra', name: 'Umbra' });
      expect(await store.alerts.record(await delivered(store), [anAlert({ tenantId: 'umbra' })])).toBe('recorded');
      expect(await store.alerts.record(await delivered(store), [anAlert({ tenantId: 'nobody' })])).toBe('nobodys');
      expect(await store.alerts.list(FIRST_TENANT, { after: null, countMax: 10 })).toEqual([]);
      const [told] = await store.alerts.list('umbra', { after: null, countMax: 10 });
      expect(told?.tenantId).toBe('umbra');
      expect(await store.alerts.find(FIRST_TENANT, told?.id ?? '')).toBeUndefined();
    });

    test('words that Postgres cannot hold are kept without what it cannot', async () => {
      const { store } = subjectOf();
      const hostile = 'a\u0000b \ud800';
      const alert = anAlert({
        title: hostile,
        issueId: hostile,
        level: hostile,
        projects: [hostile],
        release: hostile,
      });
      await store.alerts.record(await delivered(store), [alert]);
      const [kept] = await store.alerts.list(FIRST_TENANT, { after: null, countMax: 1 });
      expect(kept?.title).toMatch(/^a.?b /);
      expect(JSON.stringify(kept)).not.toContain('u0000');
    });
  });
}
