import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { AlertSummary } from '#core/contracts/http/alerts.ts';
import { IncidentDetail, IncidentSummary } from '#core/contracts/http/incidents.ts';
import { delivered } from '../../../contract/a-conversation.ts';
import { anAlert } from '../../../contract/alerts.contract.ts';
import { anIncident } from '../../../contract/incidents.contract.ts';
import { isoAt } from '../../../contract/iso-at.ts';
import { submitted } from '../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';

const SECRET = 'glpat-0123456789abcdefghij';

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene();
  ({ key } = await scene.keyFor(['read']));
});
afterAll(() => scene[Symbol.asyncDispose]());

async function told(at: number): Promise<string> {
  const { store } = scene.opened;
  const createdAt = isoAt(at);
  const alert = anAlert({ createdAt });
  await store.alerts.record(await delivered(store), [alert]);
  const words = { title: `${at} ${SECRET}`, account: `It failed with ${SECRET}`, environment: SECRET };
  const anew = anIncident({ ...words, createdAt, lastAt: createdAt, releases: [SECRET] });
  return (await store.incidents.group({ alertId: alert.id, keys: [`k${at}`], anew })).id;
}

const rowsOf = async (path: string) => z.array(IncidentSummary).parse(await (await scene.call(path, key)).json());

it('incidents are read page by page and by state, without secrets, each by its own tenant only', async () => {
  const { store } = scene.opened;
  const { request } = await submitted(store);
  const ids = [await told(0), await told(1), await told(2)];
  const [first = '', second = ''] = ids;
  const thread = { number: 7, url: 'https://git.example/acme/shop/issues/7' };
  await store.incidents.note(first, { requestId: request.id, thread, reason: `because ${SECRET}` });
  await store.incidents.note(second, { state: 'closed' });

  const page = await scene.call('/incidents/?limit=2', key);
  const next = /<\/api(.+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  const rows = [...z.array(IncidentSummary).parse(await page.json()), ...(await rowsOf(next ?? 'no next page'))];
  expect(rows.map(({ title }) => title)).toEqual(['2 [redacted]', '1 [redacted]', '0 [redacted]']);
  expect(rows[2]).toMatchObject({ id: first, request_id: request.id, thread, alerts: 1, environment: '[redacted]' });
  expect(rows[2]).not.toHaveProperty('account');
  expect((await rowsOf('/incidents?state=closed')).map(({ id }) => id)).toEqual([second]);
  expect((await scene.call('/incidents?state=nonsense', key)).status).toBe(400);

  const detail = IncidentDetail.parse(await (await scene.call(`/incidents/${first}/`, key)).json());
  expect(detail).toMatchObject({
    ...{ id: first, account: 'It failed with [redacted]', reason: 'because [redacted]', thread, storm_id: null },
    ...{ request_id: request.id, releases: ['[redacted]', '1.4.2'], merged: null },
  });

  await store.tenants.add({ id: 'umbra', name: 'Umbra' });
  const foreign = await scene.keyFor(['read'], 'umbra');
  expect(await (await scene.call('/incidents', foreign.key)).json()).toEqual([]);
  for (const id of [first, 'none']) expect((await scene.call(`/incidents/${id}`, foreign.key)).status).toBe(404);
});

it('an alert names its incident, and the alerts of one are listed', async () => {
  const [id, other] = [await told(3), await told(4)];
  const alerts = z.array(AlertSummary).parse(await (await scene.call(`/alerts/?incident_id=${id}`, key)).json());
  expect(alerts.map(({ incident_id: incident }) => incident)).toEqual([id]);
  const all = z.array(AlertSummary).parse(await (await scene.call('/alerts/', key)).json());
  expect(all.map(({ incident_id: incident }) => incident)).toEqual(expect.arrayContaining([id, other]));
});
