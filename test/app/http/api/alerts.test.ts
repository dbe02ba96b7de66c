import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { AlertSummary } from '#core/contracts/http/alerts.ts';
import { delivered } from '../../../contract/a-conversation.ts';
import { anAlert } from '../../../contract/alerts.contract.ts';
import { isoAt } from '../../../contract/iso-at.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';

const SECRET = 'glpat-0123456789abcdefghij';

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene();
  ({ key } = await scene.keyFor(['read']));
});
afterAll(() => scene[Symbol.asyncDispose]());

it('alerts are read page by page, newest first, without secrets, each by its own tenant only', async () => {
  const { store } = scene.opened;
  const told = [0, 1, 2].map((at) => anAlert({ createdAt: isoAt(at), title: `${at} ${SECRET}`, repository: null }));
  await store.alerts.record(await delivered(store), told);
  const first = await scene.call('/alerts/?limit=2', key);
  const next = /<\/api(.+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
  const second = await scene.call(next ?? 'no next page', key);
  const rows = z
    .array(AlertSummary)
    .parse([...z.array(z.unknown()).parse(await first.json()), ...z.array(z.unknown()).parse(await second.json())]);
  expect(rows.map(({ title }) => title)).toEqual(['2 [redacted]', '1 [redacted]', '0 [redacted]']);
  expect(rows[0]).toMatchObject({ issue_id: told[2]?.issueId, repository: null, tracker: 'sentry' });
  await store.tenants.add({ id: 'umbra', name: 'Umbra' });
  const foreign = await scene.keyFor(['read'], 'umbra');
  expect(await (await scene.call('/alerts', foreign.key)).json()).toEqual([]);
});
