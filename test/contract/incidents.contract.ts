import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Incident } from '#core/domain/alert/incident.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import type { RecordedAlert } from '#core/ports/alerts.ts';
import type { Incidents } from '#core/ports/incidents.ts';
import type { Store } from '#core/ports/store.ts';
import { anAlert } from './alerts.contract.ts';
import { delivered } from './a-conversation.ts';
import { isoAt } from './iso-at.ts';
import { submitted, type StoreSubjects } from './store-subject.ts';

/** An incident that nothing was done about yet, or the same with some of it changed. */
export function anIncident(same: Partial<Incident> = {}): Incident {
  return {
    ...{ id: randomUUID(), tenantId: FIRST_TENANT, source: 'shop', tracker: 'sentry', repository: 'github:acme/shop' },
    ...{ kind: 'cause', state: 'recorded', act: 'record', reason: null, title: 'TypeError', level: 'error' },
    ...{
      environment: null,
      issueIds: [],
      issueUrl: null,
      releases: [],
      releaseSha: null,
      places: ['src/cart.js'],
      account: 'What failed',
    },
    ...{ alerts: 0, round: 1, stormId: null, requestId: null, thread: null, merged: null, begunAt: null },
    ...{ createdAt: isoAt(0), lastAt: isoAt(0) },
    ...same,
  };
}

/** An alert on record that made an incident, or joined one by its keys. */
export async function grouped(
  store: Store,
  { keys, ...same }: Partial<RecordedAlert> & { keys: readonly [string, ...string[]] },
): Promise<Incident> {
  const alert = anAlert({ createdAt: isoAt(0), ...same });
  await store.alerts.record(await delivered(store), [alert]);
  return store.incidents.group({
    alertId: alert.id,
    keys,
    anew: anIncident({
      issueIds: [alert.issueId],
      createdAt: alert.createdAt,
      lastAt: alert.createdAt,
      ...(same.tenantId === undefined ? {} : { tenantId: same.tenantId }),
    }),
  });
}

const BOUND = { requests: 2, minutes: 30 };
const begin = (incidents: Incidents, incident: Incident, minute = 0) =>
  incidents.begin(incident, { act: 'propose', bound: BOUND, now: isoAt(minute * 60) });

/** What every record of incidents promises. */
export function incidentsContract(subjectOf: StoreSubjects): void {
  describe('incidents', () => {
    beforeEach(() => subjectOf().empty());

    test('alerts of one cause are one incident, whichever of them comes first and however many at once', async () => {
      const { store } = subjectOf();
      const all = await Promise.all(
        Array.from({ length: 40 }, (_, at) => grouped(store, { keys: ['cause', `issue-${at}`], issueId: `${at % 4}` })),
      );
      const [first] = all;
      if (first === undefined) throw new Error('there is no incident');
      expect(new Set(all.map(({ id }) => id))).toEqual(new Set([first.id]));
      const incident = await store.incidents.read(first.id);
      expect([incident?.alerts, incident?.issueIds.toSorted()]).toEqual([40, ['0', '1', '2', '3']]);
      const told = await store.alerts.list(FIRST_TENANT, { after: null, countMax: 50, incidentId: first.id });
      expect(told.map(({ incidentId }) => incidentId)).toEqual(all.map(() => first.id));
      // Of an issue that the tracker says nothing more of.
      expect((await grouped(store, { keys: ['issue-7'] })).id).toBe(first.id);
      const other = await grouped(store, { keys: ['another', 'issue-99'] });
      expect(other.id).not.toBe(first.id);
      expect(await store.alerts.list(FIRST_TENANT, { after: null, countMax: 50, incidentId: other.id })).toHaveLength(
        1,
      );
    });

    test('an alert is counted once, and its releases are noted until the fix was merged', async () => {
      const { store } = subjectOf();
      const alert = anAlert({ release: 'a' });
      await store.alerts.record(await delivered(store), [alert]);
      const told = { alertId: alert.id, keys: ['k'] as const, anew: anIncident() };
      const { id } = await store.incidents.group(told);
      expect(await store.incidents.group(told)).toMatchObject({ id, alerts: 1, releases: ['a'] });
      await grouped(store, { keys: ['k'], release: 'b' });
      await store.incidents.note(id, { state: 'merged', merged: { sha: 'abc', at: isoAt(9) } });
      expect(await grouped(store, { keys: ['k'], release: 'c' })).toMatchObject({
        ...{ id, alerts: 3, releases: ['a', 'b'], state: 'merged', merged: { sha: 'abc', at: isoAt(9) } },
      });
    });

    test('no more are begun within a time than the bound lets, however many at once, and each once', async () => {
      const { store } = subjectOf();
      const { incidents } = store;
      const all = await Promise.all([1, 2, 3, 4, 5].map((at) => grouped(store, { keys: [`k${at}`] })));
      const outcomes = await Promise.all(all.map((one) => begin(incidents, one)));
      expect(outcomes.toSorted()).toEqual(['begun', 'begun', 'storm', 'storm', 'storm']);
      const begun = all[outcomes.indexOf('begun')];
      if (begun === undefined) throw new Error('none was begun');
      expect(await begin(incidents, begun, 99)).toBe('no');
      const late = all[outcomes.indexOf('storm')];
      if (late === undefined) throw new Error('there was no storm');
      expect(await begin(incidents, late, 31)).toBe('begun');
      expect(await incidents.read(late.id)).toMatchObject({ state: 'begun', act: 'propose', round: 1 });
    });

    test('a storm is made once and holds what it paused until that is begun with after all', async () => {
      const { store } = subjectOf();
      const { incidents } = store;
      const storm = anIncident({ kind: 'storm', state: 'begun' });
      const [first, second] = [await grouped(store, { keys: ['a'] }), await grouped(store, { keys: ['b'] })];
      for (const one of [first, second]) await incidents.pause(one, { ...storm, title: one.id });
      expect((await incidents.pausedIn(storm.id, 9)).map(({ id }) => id).toSorted()).toEqual(
        [first.id, second.id].toSorted(),
      );
      const paused = await incidents.read(first.id);
      expect([paused?.state, paused?.stormId]).toEqual(['paused', storm.id]);
      if (paused !== undefined) expect(await begin(incidents, paused)).toBe('begun');
      expect((await incidents.pausedIn(storm.id, 9)).map(({ id }) => id)).toEqual([second.id]);
    });

    test('what is noted is read again, and a merged one begins its next round without a request', async () => {
      const { store } = subjectOf();
      const { incidents } = store;
      const { request } = await submitted(store);
      const incident = await grouped(store, { keys: ['a'] });
      await begin(incidents, incident);
      const noted = {
        requestId: request.id,
        thread: { number: 7, url: 'https://git.example/7' },
        releaseSha: 'f'.repeat(40),
      };
      await incidents.note(incident.id, { ...noted, reason: 'why' });
      await incidents.note(incident.id, { state: 'merged', merged: { sha: 'abc', at: isoAt(9) } });
      const merged = await incidents.ofRequest(request.id);
      expect(merged).toMatchObject({ ...noted, reason: 'why', state: 'merged', round: 1 });
      if (merged === undefined) throw new Error('the request has no incident');
      expect(await begin(incidents, merged)).toBe('begun');
      expect(await incidents.read(incident.id)).toMatchObject({
        ...{ state: 'begun', round: 2, requestId: null, merged: null, reason: null, thread: noted.thread },
      });
      expect(await incidents.ofRequest(request.id)).toBeUndefined();
    });

    test('a file that an open fix has is no other one’s, until that one is over', async () => {
      const { store } = subjectOf();
      const { incidents } = store;
      const [first, second] = [await grouped(store, { keys: ['a'] }), await grouped(store, { keys: ['b'] })];
      for (const one of [first, second]) await begin(incidents, one);
      await incidents.note(first.id, { thread: { number: 1, url: 'https://git.example/1' } });
      expect(await incidents.takePaths(first.id, ['a.ts', 'b.ts'])).toEqual([]);
      expect(await incidents.takePaths(second.id, ['b.ts', 'c.ts'])).toEqual([
        { path: 'b.ts', url: 'https://git.example/1' },
      ]);
      expect(await incidents.takePaths(first.id, ['a.ts', 'b.ts', 'c.ts'])).toEqual([]);
      await incidents.note(first.id, { state: 'closed' });
      expect(await incidents.takePaths(second.id, ['b.ts', 'c.ts'])).toEqual([]);
    });

    test('of two fixes at once that touch a file, one has it', async () => {
      const { store } = subjectOf();
      const { incidents } = store;
      const all = await Promise.all(['a', 'b'].map((key) => grouped(store, { keys: [key] })));
      for (const one of all) await begin(incidents, one);
      const taken = await Promise.all(all.map(({ id }) => incidents.takePaths(id, ['a.ts'])));
      expect(taken.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([0, 1]);
    });

    test('a tenant is shown its own, newest first, in pages', async () => {
      const { store } = subjectOf();
      await store.tenants.add({ id: 'other', name: 'Other' });
      const own = await grouped(store, { keys: ['a'] });
      const foreign = await grouped(store, { keys: ['b'], tenantId: 'other' });
      const list = await store.incidents.list(FIRST_TENANT, { after: null, countMax: 9 });
      expect(list.map(({ id }) => id)).toEqual([own.id]);
      expect(await store.incidents.list(FIRST_TENANT, { after: own, countMax: 9 })).toEqual([]);
      for (const state of ['recorded', 'begun'] as const)
        expect(await store.incidents.list(FIRST_TENANT, { after: null, countMax: 9, state })).toHaveLength(
          state === 'recorded' ? 1 : 0,
        );
      expect((await store.incidents.find(FIRST_TENANT, own.id))?.id).toBe(own.id);
      for (const id of [foreign.id, 'none']) expect(await store.incidents.find(FIRST_TENANT, id)).toBeUndefined();
    });
  });
}
