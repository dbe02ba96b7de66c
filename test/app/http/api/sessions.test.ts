import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiScene, type ApiScene } from './api-scene.ts';

let scene: ApiScene;
let own: string;
beforeAll(async () => {
  scene = await openApiScene();
  own = new URL(scene.url).origin;
  await scene.opened.store.tenants.add({ id: 'umbra', name: 'Umbra' });
});
afterAll(() => scene[Symbol.asyncDispose]());

const ask = (cookie: string, headers: Record<string, string> = {}) =>
  scene.call('/me', null, { headers: { ...headers, cookie } });
const makeKey = (headers: Record<string, string>) =>
  scene.call('/api-keys', null, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ name: 'made', scopes: ['read'] }),
  });

describe('a session', () => {
  it.each([
    ['idle for longer than it may be', "seen_at = now() - interval '1801 seconds'", 401],
    ['idle for almost as long as it may be', "seen_at = now() - interval '1790 seconds'", 200],
    ['older than it may be, and in use', 'expires_at = now()', 401],
    ['begun by an issuer that is not configured', "issuer = 'https://gone.example'", 401],
  ])('%s: %s is answered %i', async (_, change, status) => {
    const cookie = await scene.sessionFor('observer');
    await scene.sql(`update user_session set ${change}`);
    expect((await ask(cookie)).status).toBe(status);
  });

  it('in use stays, and its use is noted', async () => {
    await scene.sql('delete from user_session');
    const cookie = await scene.sessionFor('observer');
    await scene.sql("update user_session set seen_at = now() - interval '10 minutes'");
    await ask(cookie);
    const idle = await scene.sql("select 1 from user_session where seen_at < now() - interval '1 minute'");
    expect(idle).toEqual([]);
  });

  it('that was ended, or whose tenant is gone, is refused from the next call on', async () => {
    const ended = await scene.sessionFor('admin');
    expect((await ask(ended)).status).toBe(200);
    await scene.sql("delete from user_session where tenant_id = 'default'");
    expect((await ask(ended)).status).toBe(401);
    const orphan = await scene.sessionFor('admin', 'umbra');
    expect((await ask(orphan)).status).toBe(200);
    await scene.sql("delete from tenant where id = 'umbra'");
    expect((await ask(orphan)).status).toBe(401);
  });
});

describe('a key comes before a session', () => {
  it('and decides alone, also when it does not count', async () => {
    const cookie = await scene.sessionFor('admin');
    const { key } = await scene.keyFor(['read']);
    expect(await (await ask(cookie, { 'x-api-key': key })).json()).toMatchObject({ kind: 'api-key', role: null });
    expect((await ask(cookie, { 'x-api-key': 'no-key' })).status).toBe(401);
    expect((await ask(cookie, { authorization: 'Bearer no-key' })).status).toBe(401);
    expect(await (await ask(cookie)).json()).toMatchObject({ kind: 'user', role: 'admin' });
  });

  it('and needs no word of where a call comes from', async () => {
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await makeKey({ ...evil, 'x-api-key': scene.adminKey })).status).toBe(201);
  });
});

describe('a call that changes something, with a session', () => {
  it.each([
    ['no word of where it comes from', () => ({}), 403],
    ['another origin', () => ({ origin: 'https://evil.example' }), 403],
    ['an origin that is not told', () => ({ origin: 'null' }), 403],
    ['the same host on another port', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['an origin that only begins alike', () => ({ origin: `${own}.evil.example` }), 403],
    ['a sister site, by the browser’s word', () => ({ origin: own, 'sec-fetch-site': 'same-site' }), 403],
    ['another site, by the browser’s word', () => ({ origin: own, 'sec-fetch-site': 'cross-site' }), 403],
    ['our own origin', () => ({ origin: own }), 201],
    ['the browser’s word that it is ours', () => ({ 'sec-fetch-site': 'same-origin' }), 201],
  ])('and %s', async (_, headers, status) => {
    const cookie = await scene.sessionFor('admin');
    const before = await scene.sql('select id from api_key');
    expect((await makeKey({ cookie, ...headers() })).status).toBe(status);
    expect(await scene.sql('select id from api_key')).toHaveLength(before.length + (status === 201 ? 1 : 0));
  });
});
