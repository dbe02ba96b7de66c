import type { Incident } from '#core/domain/alert/incident.ts';

/** An incident that a request is made for, or the same with some of it changed. */
export function anIncident(same: Partial<Incident> = {}): Incident {
  const at = '2026-11-27T00:00:00.000Z';
  return {
    ...{ id: '3f2b8c1e-0000-4000-8000-000000000001', tenantId: 'first', source: 'shop', tracker: 'sentry' },
    ...{ repository: 'github:acme/shop', kind: 'cause', state: 'begun', act: 'propose', reason: null },
    ...{ title: 'TypeError: x', level: 'error', environment: 'production', issueIds: ['1'] },
    ...{
      issueUrl: 'https://sentry.example/issues/1/',
      releases: ['1.0'],
      releaseSha: null,
      places: [],
      account: '',
      alerts: 1,
    },
    ...{ round: 1, stormId: null, requestId: null, thread: null, merged: null, begunAt: at },
    ...{ createdAt: at, lastAt: at },
    ...same,
  };
}
