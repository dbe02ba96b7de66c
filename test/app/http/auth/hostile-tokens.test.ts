import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { foreignKey, type IssuerKey } from '../../../fakes/oidc/issuer-key.ts';
import { openSignInScene, PUBLIC_URL, SESSION, type SignInScene } from './sign-in-scene.ts';

type Claims = Record<string, unknown>;
type Lie = (claims: Claims, key: IssuerKey) => Promise<string | undefined> | string | undefined;

let scene: SignInScene;
beforeAll(async () => {
  scene = await openSignInScene({ OIDC_TENANT_CLAIM: 'tenant' });
  scene.issuer.people.set('ada', { name: 'Ada', tenant: 'default', realm_access: { roles: ['admin'] } });
});
afterEach(() => {
  scene.issuer.tamper = undefined;
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Where a browser ends up when the ID token it signs in with is this one. */
async function signInWith(lie: Lie) {
  scene.issuer.present = 'ada';
  scene.issuer.tamper = (claims) => lie(claims, scene.issuer.key);
  const browser = scene.browser();
  const landed = await browser.go(`${PUBLIC_URL}/auth/login?return=/runs`, /\/runs$/);
  return { landed, browser };
}

const now = (): number => Math.floor(Date.now() / 1_000);
const without = (claims: Claims, name: string): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([each]) => each !== name));

const REFUSED: readonly (readonly [string, Lie])[] = [
  ['no signature (alg none)', (claims, key) => key.unsigned(claims)],
  [
    'the issuer’s public key as a shared secret',
    (claims, key) => key.sign(claims, { key: new TextEncoder().encode(key.publicPem), header: { alg: 'HS256' } }),
  ],
  [
    'the client’s secret as the key',
    (claims, key) =>
      key.sign(claims, {
        key: new TextEncoder().encode('a-secret-of-a-test-padded-to-32-bytes'),
        header: { alg: 'HS256' },
      }),
  ],
  [
    'somebody else’s key under the issuer’s key id',
    async (claims, key) => key.sign(claims, { key: await foreignKey() }),
  ],
  ['a key id that the issuer does not have', (claims, key) => key.sign(claims, { header: { kid: 'another' } })],
  [
    'somebody else’s key, which the token itself brings along',
    async (claims, key) =>
      key.sign(claims, { key: await foreignKey(), header: { jku: 'https://evil.example/keys', kid: 'x' } }),
  ],
  [
    'a true signature under altered claims',
    async (claims, key) => {
      const [head, , signature] = (await key.sign(claims)).split('.');
      const altered = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
      return `${head}.${altered}.${signature}`;
    },
  ],
  ['another issuer', (claims, key) => key.sign({ ...claims, iss: 'https://evil.example' })],
  ['another audience', (claims, key) => key.sign({ ...claims, aud: 'another-client' })],
  [
    'several audiences, and not said for whom',
    (claims, key) => key.sign({ ...claims, aud: ['astraforge', 'another'] }),
  ],
  ['said to be for another client', (claims, key) => key.sign({ ...claims, aud: ['astraforge', 'b'], azp: 'b' })],
  ['expired an hour ago', (claims, key) => key.sign({ ...claims, iat: now() - 7_200, exp: now() - 3_600 })],
  ['valid from tomorrow on', (claims, key) => key.sign({ ...claims, nbf: now() + 86_400 })],
  ['without an end', (claims, key) => key.sign(without(claims, 'exp'))],
  ['the nonce of another sign-in', (claims, key) => key.sign({ ...claims, nonce: 'another' })],
  ['no nonce', (claims, key) => key.sign(without(claims, 'nonce'))],
  ['nobody in it', (claims, key) => key.sign(without(claims, 'sub'))],
  ['a subject that is no text', (claims, key) => key.sign({ ...claims, sub: 7 })],
  ['a subject longer than one can be', (claims, key) => key.sign({ ...claims, sub: 'x'.repeat(256) })],
  ['not a token at all', () => 'not.a.token'],
  ['no ID token', () => undefined],
];

it.each(REFUSED)('an ID token with %s signs nobody in', async (_, lie) => {
  const { landed, browser } = await signInWith(lie);
  expect([landed.answer.status, landed.text]).toEqual([403, expect.stringContaining('You were not signed in')]);
  expect(browser.cookies.has(SESSION)).toBe(false);
});

it.each([
  ['a number', { roles: 1 }],
  ['true', { roles: true }],
  ['an object', { roles: { admin: true } }],
  ['null', { roles: null }],
  ['lists in a list', { roles: [['admin']] }],
  ['objects in a list', { roles: [{ toString: 'admin' }] }],
  ['another case', { roles: ['ADMIN', 'Admin'] }],
  ['a longer word', { roles: ['administrator', 'admin ', 'not-admin'] }],
  ['all words in one', { roles: 'admin,maintainer' }],
  ['a claim above it that is text', 'admin'],
  ['a claim above it that is a list', [{ roles: ['admin'] }]],
])('roles that are %s are none', async (_, realm_access) => {
  const { landed, browser } = await signInWith((claims, key) => key.sign({ ...claims, realm_access }));
  expect([landed.answer.status, landed.text]).toEqual([403, expect.stringContaining('you have no role')]);
  expect(browser.cookies.has(SESSION)).toBe(false);
});

it.each([['nowhere'], ['../default'], [7], [['default']], [null]])('a tenant of %j is no way in', async (tenant) => {
  const { landed, browser } = await signInWith((claims, key) => key.sign({ ...claims, tenant }));
  expect([landed.answer.status, landed.text]).toEqual([403, expect.stringContaining('is not in AstraForge')]);
  expect(browser.cookies.has(SESSION)).toBe(false);
});

it('claims of two megabytes are not read, and a name of any length or kind is one line', async () => {
  const huge = await signInWith((claims, key) => key.sign({ ...claims, filler: 'x'.repeat(2_000_000) }));
  expect(huge.landed.answer.status).toBe(503);
  const long = await signInWith((claims, key) =>
    key.sign({ ...claims, name: `\u202e<b>\n\u0000${'💥'.repeat(5_000)}` }),
  );
  expect(long.landed.url).toBe(`${PUBLIC_URL}/runs`);
  expect((await scene.me(long.browser)).body).toMatchObject({ name: expect.stringMatching(/^<b> 💥{251}$/u) });
});

it('a clock that is 20 s off keeps nobody out', async () => {
  const { landed } = await signInWith((claims, key) => key.sign({ ...claims, iat: now() - 600, exp: now() - 20 }));
  expect(landed.url).toBe(`${PUBLIC_URL}/runs`);
});
