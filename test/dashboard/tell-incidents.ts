import type { Incident } from '#core/domain/alert/incident.ts';
import type { ApiScene } from '../app/http/api/api-scene.ts';
import { delivered } from '../contract/a-conversation.ts';
import { anAlert } from '../contract/alerts.contract.ts';
import { anIncident } from '../contract/incidents.contract.ts';
import type { ToldRun } from './tell-run.ts';

const HOUR_MS = 3_600_000;
const ACCOUNT = `What failed: TypeError: Cannot read properties of undefined (reading 'price')
Where: apps/web/src/cart.js:41 in total, called by apps/web/src/checkout.js:18 in submit
How often: 1,204 times, 311 users
First seen: 2026-11-24T06:12:09.000Z in release shop@4f1c2ab98e01

    39 |   return lines.reduce((sum, line) => {
    40 |     const offer = offers.get(line.sku);
  > 41 |     return sum + offer.price * line.count;
    42 |   }, 0);`;

/** Puts an alert on record and into an incident, which is given as it is then. */
export async function tellIncident(
  { opened: { store } }: ApiScene,
  same: Partial<Incident> & { readonly hoursAgo?: number } = {},
): Promise<Incident> {
  const { hoursAgo = 1, ...anew } = same;
  const createdAt = new Date(Date.now() - hoursAgo * HOUR_MS).toISOString();
  const incident = anIncident({ account: ACCOUNT, ...anew, createdAt, lastAt: createdAt });
  const { title, level, environment, issueUrl, repository } = incident;
  const alert = anAlert({ title, level, environment, issueUrl, repository, createdAt, release: 'shop@4f1c2ab98e01' });
  await store.alerts.record(await delivered(store), [alert]);
  return store.incidents.group({ alertId: alert.id, keys: [incident.id], anew: incident });
}

/** An incident in each of the states; that which is seen to has the request of a run. */
export async function tellIncidents(scene: ApiScene, { request }: ToldRun): Promise<{ begun: Incident }> {
  const { incidents } = scene.opened.store;
  const issueUrl = 'https://sentry.example/organizations/acme/issues/1170820242/';
  const begun = await tellIncident(scene, {
    title: "TypeError: Cannot read properties of undefined (reading 'price')",
    issueUrl,
    environment: 'production',
  });
  await incidents.note(begun.id, {
    ...{ state: 'begun', act: 'fix', requestId: request.id, releaseSha: '4f1c2ab98e01'.padEnd(40, '0') },
    thread: { number: 212, url: 'https://github.com/acme/shop/issues/212' },
  });
  const recorded = await tellIncident(scene, {
    title: 'ConnectionResetError: peer closed the connection while a very long message was read from it',
    hoursAgo: 5,
  });
  await incidents.note(recorded.id, { reason: 'it happened in an environment that is not to be mended: staging' });
  const paused = await tellIncident(scene, { title: 'RangeError: Invalid array length', hoursAgo: 7, issueUrl });
  const storm = anIncident({ kind: 'storm', state: 'begun', title: 'Storm', account: '', createdAt: paused.createdAt });
  await incidents.pause(paused, { ...storm, lastAt: paused.lastAt });
  for (const [state, hoursAgo] of [
    ['merged', 30],
    ['closed', 60],
  ] as const) {
    const over = await tellIncident(scene, { title: `KeyError: 'sku' (${state})`, hoursAgo, tracker: 'glitchtip' });
    const merged = { sha: 'c0ffee'.repeat(7).slice(0, 40), at: new Date().toISOString() };
    await incidents.note(over.id, { state, ...(state === 'merged' ? { merged } : {}) });
  }
  return { begun };
}
