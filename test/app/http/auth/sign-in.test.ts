import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSignInScene, PUBLIC_URL, SESSION, type SignInScene } from './sign-in-scene.ts';

let scene: SignInScene;
beforeAll(async () => {
  scene = await openSignInScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

it('somebody who signs in at the issuer lands where they wanted to go, and is known from then on', async () => {
  const browser = await scene.signIn('ada');
  expect(await scene.me(browser)).toEqual({
    status: 200,
    body: {
      kind: 'user',
      name: 'Ada',
      tenant: { id: 'default', name: 'Default' },
      role: 'admin',
      actions: ['read', 'run', 'approve', 'sandbox', 'admin'],
    },
  });
});

it('the issuer is asked with PKCE, a state and a nonce, and the cookie is for this host and nobody’s script', async () => {
  const browser = scene.browser();
  const login = await browser.call(`${PUBLIC_URL}/auth/login`);
  const asked = new URL(login.headers.get('location') ?? '').searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    response_type: 'code',
    client_id: 'astraforge',
    redirect_uri: `${PUBLIC_URL}/auth/callback`,
    scope: 'openid profile email',
    code_challenge_method: 'S256',
  });
  for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
  expect(login.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-astraforge-sign-in-[\w-]{16}=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    ),
  ]);
  scene.issuer.present = 'ada';
  const back = await browser.go(`${PUBLIC_URL}/auth/login`, /\/auth\/callback/);
  const landed = await browser.call(back.url);
  expect(landed.headers.getSetCookie()).toContainEqual(
    expect.stringMatching(/^__Host-astraforge=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure$/),
  );
  expect(landed.headers.get('cache-control')).toBe('no-store');
  expect(landed.headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('somebody without a role does not get in, and is told so', async () => {
  scene.issuer.present = 'nil';
  const browser = scene.browser();
  const landed = await browser.go(`${PUBLIC_URL}/auth/login`);
  expect(landed.answer.status).toBe(403);
  expect(landed.text).toContain('you have no role in AstraForge');
  expect(browser.cookies.has(SESSION)).toBe(false);
  expect((await scene.me(browser)).status).toBe(401);
});

it('who says no at the issuer is not signed in', async () => {
  scene.issuer.present = null;
  const landed = await scene.browser().go(`${PUBLIC_URL}/auth/login`);
  expect([landed.answer.status, landed.text]).toEqual([403, expect.stringContaining('You were not signed in')]);
});

it('signing out ends the session at once, here and for whoever had copied it, and says where to sign out as well', async () => {
  const browser = await scene.signIn('rob');
  const copied = browser.cookies.get(SESSION) ?? '';
  const out = await browser.call(`${PUBLIC_URL}/auth/logout`, { method: 'POST', headers: { origin: PUBLIC_URL } });
  expect([out.status, out.headers.get('location')]).toEqual([303, '/auth/signed-out']);
  expect(browser.cookies.has(SESSION)).toBe(false);
  browser.cookies.set(SESSION, copied);
  expect((await scene.me(browser)).status).toBe(401);
  const page = await browser.go(`${PUBLIC_URL}/auth/signed-out`);
  expect(page.text).toContain(`${scene.issuer.url}/session/end?`);
});

it('the database holds nothing by which anybody gets in', async () => {
  const browser = await scene.signIn('ada');
  const rows = JSON.stringify(await scene.app.sql('select * from public.user_session'));
  expect(rows).toContain('Ada');
  expect(rows).not.toContain(browser.cookies.get(SESSION));
});

it('claims that the ID token lacks are asked for at the issuer, and a role can be any word of any claim', async () => {
  await using other = await openSignInScene(
    { OIDC_ROLE_CLAIM: 'roles', OIDC_ROLE_MAINTAINER: 'devs, leads', OIDC_TENANT_CLAIM: 'tenant' },
    { claimsAtUserInfo: true },
  );
  await other.app.opened.store.tenants.add({ id: 'umbra', name: 'Umbra' });
  other.issuer.people.set('lea', { name: 'Lea', roles: 'leads', tenant: 'umbra' });
  expect((await other.me(await other.signIn('lea'))).body).toMatchObject({
    role: 'maintainer',
    tenant: { id: 'umbra', name: 'Umbra' },
  });
});
