import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOidc } from '../../../../app/identity/oidc.ts';
import { openBrowser } from '../../../fakes/oidc/browser.ts';
import { openSignInScene, PUBLIC_URL, SESSION, type SignInScene } from './sign-in-scene.ts';

const METADATA = '/.well-known/openid-configuration';

let scene: SignInScene;
beforeAll(async () => {
  scene = await openSignInScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** A client that has not asked the issuer for anything yet. */
const freshClient = (altered: { issuer?: string; timeoutMs?: number } = {}) =>
  openOidc({
    issuer: scene.issuer.url,
    clientId: 'astraforge',
    clientSecret: 'a-secret-of-a-test',
    scopes: 'openid profile email',
    redirectUri: `${PUBLIC_URL}/auth/callback`,
    signedOutUri: `${PUBLIC_URL}/auth/signed-out`,
    claimsWanted: ['realm_access.roles'],
    ...altered,
  });

/** Ada signs in, up to what the client says of her. */
async function signIn(client: ReturnType<typeof freshClient>) {
  scene.issuer.present = 'ada';
  const { url, secrets } = await client.begin();
  const back = await openBrowser({ publicUrl: PUBLIC_URL, at: scene.issuer.url }).go(url, /\/auth\/callback/);
  return client.finish(new URL(back.url).search.slice(1), secrets);
}

it.each([
  ['does not answer', METADATA, 'down'],
  ['describes itself without end', METADATA, 'huge'],
  ['gives no tokens out', '/token', 'down'],
  ['answers a code without end', '/token', 'huge'],
  ['does not show its keys', '/jwks', 'down'],
  ['shows keys without end', '/jwks', 'huge'],
] as const)('while the issuer %s nobody is known, and the next try works when it is back', async (_, path, fault) => {
  const client = freshClient();
  scene.issuer.faults.set(path, fault);
  await expect(signIn(client)).rejects.toMatchObject({ code: 'unavailable' });
  scene.issuer.faults.clear();
  expect(await signIn(client)).toMatchObject({ kind: 'known', person: { subject: 'ada', name: 'Ada' } });
});

it.each([METADATA, '/token', '/jwks'])('a slow %s is given up after a bounded time', async (path) => {
  const client = freshClient({ timeoutMs: 500 });
  scene.issuer.faults.set(path, 'slow');
  const began = performance.now();
  await expect(signIn(client)).rejects.toMatchObject({ code: 'unavailable' });
  expect(performance.now() - began).toBeLessThan(8_000);
  scene.issuer.faults.clear();
});

it('an issuer that calls itself otherwise is none', async () => {
  const issuer = scene.issuer.url.replace('127.0.0.1', 'localhost');
  await expect(freshClient({ issuer }).begin()).rejects.toMatchObject({ code: 'unavailable' });
});

it('without the issuer’s keys a logout token is neither obeyed nor refused', async () => {
  const client = freshClient();
  scene.issuer.faults.set('/jwks', 'down');
  const token = await scene.issuer.key.sign({ jti: 'x' });
  await expect(client.readLogout(token)).rejects.toMatchObject({ code: 'unavailable' });
  scene.issuer.faults.clear();
});

it('a page says so when the issuer is away; who is signed in stays so, and can sign out', async () => {
  scene.issuer.faults.set('/token', 'down');
  const stranger = scene.browser();
  const landed = await stranger.go(`${PUBLIC_URL}/auth/login`, /\/$/);
  expect([landed.answer.status, landed.text]).toEqual([503, expect.stringContaining('does not work just now')]);
  expect(stranger.cookies.has(SESSION)).toBe(false);
  scene.issuer.faults.clear();
  const browser = await scene.signIn('ada', stranger);
  for (const path of [METADATA, '/token', '/jwks']) scene.issuer.faults.set(path, 'down');
  expect((await scene.me(browser)).status).toBe(200);
  const out = await browser.call(`${PUBLIC_URL}/auth/logout`, { method: 'POST', headers: { origin: PUBLIC_URL } });
  expect(out.status).toBe(303);
  expect((await browser.go(`${PUBLIC_URL}/auth/signed-out`)).answer.status).toBe(200);
  scene.issuer.faults.clear();
});
