import { afterEach, expect, it } from 'vitest';
import { openOidc } from '../../../../app/identity/oidc.ts';
import { openSignInScene, PUBLIC_URL, SESSION, type SignInScene } from './sign-in-scene.ts';

const METADATA = '/.well-known/openid-configuration';

let scene: SignInScene;
afterEach(() => scene[Symbol.asyncDispose]());

it.each([
  ['does not answer', METADATA, 'down'],
  ['describes itself without end', METADATA, 'huge'],
  ['gives no tokens out', '/token', 'down'],
  ['answers a code without end', '/token', 'huge'],
  ['does not show its keys', '/jwks', 'down'],
  ['shows keys without end', '/jwks', 'huge'],
] as const)('while the issuer %s nobody is signed in, and the next try works when it is back', async (_, path, fault) => {
  scene = await openSignInScene();
  const before = await scene.signIn('rob');
  await scene[Symbol.asyncDispose]();
  scene = await openSignInScene();
  scene.issuer.faults.set(path, fault);
  const browser = scene.browser();
  const landed = await browser.go(`${PUBLIC_URL}/auth/login`, /\/runs$/);
  expect([landed.answer.status, landed.text]).toEqual([503, expect.stringContaining('does not work just now')]);
  expect([browser.cookies.has(SESSION), before.cookies.has(SESSION)]).toEqual([false, true]);
  scene.issuer.faults.clear();
  expect((await scene.me(await scene.signIn('ada', browser))).status).toBe(200);
});

it('who is signed in stays so while the issuer is away, and can sign out', async () => {
  scene = await openSignInScene();
  const browser = await scene.signIn('ada');
  for (const path of [METADATA, '/token', '/jwks']) scene.issuer.faults.set(path, 'down');
  expect((await scene.me(browser)).status).toBe(200);
  const out = await browser.call(`${PUBLIC_URL}/auth/logout`, { method: 'POST', headers: { origin: PUBLIC_URL } });
  expect(out.status).toBe(303);
  expect((await browser.go(`${PUBLIC_URL}/auth/signed-out`)).answer.status).toBe(200);
});

it('a slow issuer is given up after a bounded time, a wrong one at once', async () => {
  scene = await openSignInScene();
  const options = {
    issuer: scene.issuer.url,
    clientId: 'astraforge',
    clientSecret: undefined,
    scopes: 'openid',
    redirectUri: `${PUBLIC_URL}/auth/callback`,
    signedOutUri: `${PUBLIC_URL}/auth/signed-out`,
    claimsWanted: [],
    timeoutMs: 300,
  };
  scene.issuer.faults.set(METADATA, 'slow');
  const began = performance.now();
  await expect(openOidc(options).begin()).rejects.toMatchObject({ code: 'unavailable' });
  expect(performance.now() - began).toBeLessThan(5_000);
  scene.issuer.faults.clear();
  const another = scene.issuer.url.replace('127.0.0.1', 'localhost');
  await expect(openOidc({ ...options, issuer: another }).begin()).rejects.toMatchObject({ code: 'unavailable' });
});
