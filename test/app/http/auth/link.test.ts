import { afterAll, beforeAll, expect, it } from 'vitest';
import { MadeSignInLink } from '#core/contracts/http/sign-in-links.ts';
import { openBrowser, type Browser } from '../../../fakes/oidc/browser.ts';
import { openApiScene, type ApiScene } from '../api/api-scene.ts';
import { openSignInScene } from './sign-in-scene.ts';

let scene: ApiScene;
let root: string;
beforeAll(async () => {
  scene = await openApiScene();
  root = scene.url.replace(/\/api$/, '');
  await scene.opened.store.tenants.add({ id: 'umbra', name: 'Umbra' });
});
afterAll(() => scene[Symbol.asyncDispose]());

const browserHere = (): Browser => openBrowser({ publicUrl: root, at: root });

async function newLink(key = scene.adminKey): Promise<URL> {
  const answer = await scene.call('/sign-in-links', key, { method: 'POST' });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
  return new URL(MadeSignInLink.parse(await answer.json()).url);
}

const press = (browser: Browser, link: URL, headers: Record<string, string> = { origin: root }) =>
  browser.call(`${root}/auth/link`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ token: link.searchParams.get('token') ?? '' }),
  });
const whoIs = async (browser: Browser) => {
  const answer = await browser.call(`${root}/api/me`);
  return answer.status === 200 ? await answer.json() : answer.status;
};

it('a link signs its administrator in once, and only by its button: programs that look at it use nothing up', async () => {
  const link = await newLink();
  for (let count = 0; count < 3; count += 1) {
    const looked = await fetch(link, { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' } });
    expect([looked.status, looked.headers.getSetCookie()]).toEqual([200, []]);
    expect(await looked.text()).toContain('<form method="post" action="/auth/link">');
  }
  const browser = browserHere();
  const entered = await press(browser, link);
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
  expect(entered.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^astraforge=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Lax$/),
  ]);
  expect(await whoIs(browser)).toMatchObject({
    kind: 'user',
    name: 'administrator',
    role: 'admin',
    tenant: { id: 'default' },
  });
  const second = browserHere();
  expect((await press(second, link)).status).toBe(403);
  expect(await whoIs(second)).toBe(401);
});

it('of many who press the button together one gets in', async () => {
  const link = await newLink();
  const answers = await Promise.all(Array.from({ length: 20 }, () => press(browserHere(), link)));
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
});

it('a link leads nowhere after 15 minutes, and once there is a newer one', async () => {
  const old = await newLink();
  const late = await newLink();
  expect((await press(browserHere(), old)).status).toBe(403);
  await scene.sql("update sign_in_link set expires_at = expires_at - interval '901 seconds'");
  expect((await press(browserHere(), late)).status).toBe(403);
});

it.each([
  ['no word of where it comes from', {}],
  ['another host', { origin: 'https://evil.example' }],
  ['an origin that is not told', { origin: 'null' }],
  ['a sister host', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  ['another site, by the browser’s word', { 'sec-fetch-site': 'cross-site' }],
])('a press of the button with %s signs nobody in, and leaves the link as it was', async (_, headers) => {
  const link = await newLink();
  const browser = browserHere();
  expect((await press(browser, link, headers)).status).toBe(403);
  expect(await whoIs(browser)).toBe(401);
  expect((await press(browser, link)).status).toBe(303);
});

it('the administrator of another tenant gets into that tenant', async () => {
  const { key } = await scene.keyFor(['admin'], 'umbra');
  const browser = browserHere();
  await press(browser, await newLink(key));
  expect(await whoIs(browser)).toMatchObject({ tenant: { id: 'umbra' }, role: 'admin' });
});

it('what is in the address is shown as text, and a token of another kind opens nothing', async () => {
  const page = await (
    await fetch(`${root}/auth/link?token=${encodeURIComponent('"><script>alert(1)</script>')}`)
  ).text();
  expect(page).not.toContain('<script>');
  const session = (await scene.sessionFor('admin')).split('=')[1] ?? '';
  expect((await press(browserHere(), new URL(`${root}/auth/link?token=${session}`))).status).toBe(403);
  const link = await newLink();
  const browser = browserHere();
  browser.cookies.set('astraforge', link.searchParams.get('token') ?? '');
  expect(await whoIs(browser)).toBe(401);
});

it('without an identity provider the sign-in page says how to get a link; with one there are none, and sessions of links are over', async () => {
  const page = await fetch(`${root}/auth/login`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('npm run sign-in')]);
  for (const path of ['/auth/callback', '/auth/nothing']) expect((await fetch(`${root}${path}`)).status).toBe(404);
  await using other = await openSignInScene();
  const answer = await other.app.call('/sign-in-links', other.app.adminKey, { method: 'POST' });
  expect(answer.status).toBe(409);
  const browser = other.browser();
  expect((await browser.call('https://forge.example.test/auth/link?token=x')).status).toBe(404);
  const cookie = await other.app.sessionFor('admin');
  const ask = () => other.app.call('/me', null, { headers: { cookie } });
  expect((await ask()).status).toBe(200);
  await other.app.sql('update user_session set issuer = null');
  expect((await ask()).status).toBe(401);
});
