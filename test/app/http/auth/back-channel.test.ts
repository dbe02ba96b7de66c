import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foreignKey, type IssuerKey } from '../../../fakes/oidc/issuer-key.ts';
import { openSignInScene, PUBLIC_URL, type SignInScene } from './sign-in-scene.ts';

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };

let scene: SignInScene;
beforeAll(async () => {
  scene = await openSignInScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const now = (): number => Math.floor(Date.now() / 1_000);

/** A logout token that counts, unless altered. */
const notice = (altered: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: scene.issuer.url,
  aud: 'astraforge',
  iat: now(),
  exp: now() + 120,
  jti: randomUUID(),
  sub: 'ada',
  events: EVENTS,
  ...altered,
});

const send = (token: string) =>
  scene.browser().call(`${PUBLIC_URL}/auth/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  });

it('when the issuer says that somebody signed out, their session of that sign-in is over at once, and no other', async () => {
  const first = await scene.signIn('ada');
  const sid = String(scene.issuer.lastIdToken['sid']);
  const second = await scene.signIn('ada');
  const rob = await scene.signIn('rob');
  await scene.issuer.logOut('ada', sid);
  expect((await scene.me(first)).status).toBe(401);
  expect((await scene.me(second)).status).toBe(200);
  expect((await scene.me(rob)).status).toBe(200);
});

it('when it names the person alone, all their sessions are over, and nobody else’s', async () => {
  const [first, second, rob] = [await scene.signIn('ada'), await scene.signIn('ada'), await scene.signIn('rob')];
  const answer = await send(await scene.issuer.key.sign(notice()));
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect((await scene.me(first)).status).toBe(401);
  expect((await scene.me(second)).status).toBe(401);
  expect((await scene.me(rob)).status).toBe(200);
});

it('a token that was obeyed ends nothing a second time', async () => {
  const token = await scene.issuer.key.sign(notice());
  expect((await send(token)).status).toBe(200);
  const ada = await scene.signIn('ada');
  expect((await send(token)).status).toBe(400);
  expect((await scene.me(ada)).status).toBe(200);
});

type Made = (key: IssuerKey) => Promise<string> | string;
const REFUSED: readonly (readonly [string, Made])[] = [
  ['a nonce', (key) => key.sign(notice({ nonce: 'n' }))],
  ['another issuer', (key) => key.sign(notice({ iss: 'https://evil.example' }))],
  ['another audience', (key) => key.sign(notice({ aud: 'another' }))],
  ['no events', (key) => key.sign(notice({ events: undefined }))],
  ['another event', (key) => key.sign(notice({ events: { 'https://evil.example': {} } }))],
  ['an event that is text', (key) => key.sign(notice({ events: Object.keys(EVENTS)[0] }))],
  ['no id', (key) => key.sign(notice({ jti: undefined }))],
  ['an id without an end', (key) => key.sign(notice({ jti: 'x'.repeat(10_000) }))],
  ['neither person nor session', (key) => key.sign(notice({ sub: undefined }))],
  ['an empty person', (key) => key.sign(notice({ sub: '' }))],
  ['a person that is a list', (key) => key.sign(notice({ sub: ['ada'] }))],
  ['no end', (key) => key.sign(notice({ exp: undefined }))],
  ['its end behind it', (key) => key.sign(notice({ iat: now() - 300, exp: now() - 120 }))],
  ['an hour of age', (key) => key.sign(notice({ iat: now() - 3_600, exp: now() + 3_600 }))],
  ['a birth tomorrow', (key) => key.sign(notice({ iat: now() + 86_400, exp: now() + 90_000 }))],
  ['no signature', (key) => key.unsigned(notice())],
  ['somebody else’s signature', async (key) => key.sign(notice(), { key: await foreignKey() })],
  [
    'the public key as a shared secret',
    (key) => key.sign(notice(), { key: new TextEncoder().encode(key.publicPem), header: { alg: 'HS256' } }),
  ],
  ['no form of a token', () => 'nonsense'],
  ['nothing in it', () => ''],
];

it.each(REFUSED)('a logout token with %s ends nothing', async (_, made) => {
  const ada = await scene.signIn('ada');
  const answer = await send(await made(scene.issuer.key));
  expect([answer.status, await answer.json()]).toEqual([400, { error: 'invalid_request' }]);
  expect((await scene.me(ada)).status).toBe(200);
});

it('an ID token is no logout token', async () => {
  let idToken = '';
  scene.issuer.tamper = async (claims) => (idToken = await scene.issuer.key.sign(claims));
  const ada = await scene.signIn('ada');
  scene.issuer.tamper = undefined;
  expect((await send(idToken)).status).toBe(400);
  expect((await scene.me(ada)).status).toBe(200);
});

it('more than a token can be is not read', async () => {
  expect((await send('x'.repeat(100_000))).status).toBe(413);
});
