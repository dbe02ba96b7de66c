import { afterAll, beforeAll, expect, it } from 'vitest';
import { MadeApiKey } from '#core/contracts/http/api-keys.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';

let scene: ApiScene;
beforeAll(async () => {
  scene = await openApiScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const make = (body: unknown, key = scene.adminKey) =>
  scene.call('/api-keys/', key, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

it('a key is shown once, works at once, and is refused from the call after its revocation on', async () => {
  const answer = await make({ name: 'ci', scopes: ['read'], expires_in_days: 30 });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const made = MadeApiKey.parse(await answer.json());
  expect(answer.headers.get('location')).toBe(`/api/api-keys/${made.id}/`);
  expect(made.key).toMatch(/^af_[A-Za-z0-9_-]{43}$/);
  expect((await scene.call('/runs', made.key)).status).toBe(200);
  const bearer = await fetch(`${scene.url}/runs`, { headers: { authorization: `Bearer ${made.key}` } });
  expect(bearer.status).toBe(200);
  const listed = await (await scene.call('/api-keys', scene.adminKey)).text();
  expect(listed).toContain(made.id);
  expect(listed).not.toContain(made.key);
  expect((await scene.call(`/api-keys/${made.id}/`, scene.adminKey, { method: 'DELETE' })).status).toBe(204);
  expect((await scene.call('/runs', made.key)).status).toBe(401);
});

it('the database holds nothing that lets anybody in', async () => {
  const { key } = MadeApiKey.parse(await (await make({ name: 'dump' })).json());
  const { queuePool } = scene.opened;
  const { rows } = await (queuePool as { query(text: string): Promise<{ rows: unknown[] }> }).query(
    'select * from public.api_key',
  );
  expect(JSON.stringify(rows)).not.toContain(key.slice(8));
});

it('nobody gives away more than they have, and the names of wrong fields are told', async () => {
  const { key } = await scene.keyFor(['admin']);
  expect((await make({ name: 'all', scopes: ['admin'] }, key)).status).toBe(201);
  const { key: runner } = await scene.keyFor(['run']);
  expect((await make({ name: 'more', scopes: ['admin'] }, runner)).status).toBe(403);
  const wrong = await make({ name: '', scopes: ['everything'] });
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toEqual({ name: [expect.any(String)], scopes: [expect.any(String)] });
});
