import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { returnPath } from '../../../../app/http/auth/return-path.ts';
import type { Browser } from '../../../fakes/oidc/browser.ts';
import { openSignInScene, PUBLIC_URL, SESSION, type SignInScene } from './sign-in-scene.ts';

let scene: SignInScene;
beforeAll(async () => {
  scene = await openSignInScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** A browser whose person has just come back from the issuer, and the address that is to be called next. */
async function cameBack(subject = 'ada', browser = scene.browser()): Promise<{ browser: Browser; back: URL }> {
  scene.issuer.present = subject;
  const { url } = await browser.go(`${PUBLIC_URL}/auth/login?return=/runs`, /\/auth\/callback/);
  return { browser, back: new URL(url) };
}

/** What comes of an address, and whether the browser is known by the same session as before, if any. */
async function outcome(browser: Browser, url: URL | string) {
  const before = browser.cookies.get(SESSION);
  const answer = await browser.call(String(url));
  const location = answer.headers.get('location');
  return { status: answer.status, location, isUnchanged: browser.cookies.get(SESSION) === before };
}
const refused = (status: number) => ({ status, location: null, isUnchanged: true });

const altered = (url: URL, change: (query: URLSearchParams) => void): URL => {
  const copy = new URL(url);
  change(copy.searchParams);
  return copy;
};

describe('coming back from the issuer', () => {
  it('without having gone there signs nobody in', async () => {
    expect(await outcome(scene.browser(), `${PUBLIC_URL}/auth/callback`)).toEqual(refused(400));
    expect(await outcome(scene.browser(), `${PUBLIC_URL}/auth/callback?code=x&state=${'x'.repeat(43)}`)).toEqual(
      refused(400),
    );
  });

  it('with the address of somebody else’s sign-in signs nobody in, whoever stole it', async () => {
    const { back } = await cameBack('ada');
    expect(await outcome(scene.browser(), back)).toEqual(refused(400));
  });

  it('with somebody else’s code in a sign-in of one’s own signs nobody in: the verifier does not fit', async () => {
    const victim = await cameBack('ada');
    const thief = await cameBack('rob');
    const stolen = victim.back.searchParams.get('code') ?? '';
    const forged = altered(thief.back, (query) => query.set('code', stolen));
    expect(await outcome(thief.browser, forged)).toEqual(refused(403));
  });

  it.each([
    ['another state', (query: URLSearchParams) => query.set('state', 'y'.repeat(43)), 400],
    ['no state', (query: URLSearchParams) => query.delete('state'), 400],
    [
      'a state that begins alike',
      (query: URLSearchParams) => query.set('state', `${query.get('state')?.slice(0, 16)}${'z'.repeat(27)}`),
      400,
    ],
    ['two states', (query: URLSearchParams) => query.append('state', 'y'.repeat(43)), 403],
    ['no code', (query: URLSearchParams) => query.delete('code'), 403],
    ['two codes', (query: URLSearchParams) => query.append('code', 'another'), 403],
    ['a code nobody gave out', (query: URLSearchParams) => query.set('code', 'made-up'), 403],
    ['the name of another issuer (mix-up)', (query: URLSearchParams) => query.set('iss', 'https://evil.example'), 403],
    ['no name of an issuer, where this one always tells it', (query: URLSearchParams) => query.delete('iss'), 403],
    ['an error', (query: URLSearchParams) => query.set('error', 'access_denied'), 403],
    ['an error that is no word', (query: URLSearchParams) => query.set('error', '<script>'.repeat(100)), 403],
  ])('with %s signs nobody in', async (_, change, status) => {
    const { browser, back } = await cameBack();
    expect(await outcome(browser, altered(back, change))).toEqual(refused(status));
  });

  it('twice signs in once', async () => {
    const { browser, back } = await cameBack();
    const kept = new Map(browser.cookies);
    expect((await browser.call(back.href)).status).toBe(303);
    expect(await outcome(browser, back)).toEqual(refused(400));
    for (const [name, value] of kept) browser.cookies.set(name, value);
    expect(await outcome(browser, back)).toEqual(refused(403));
  });

  it('with what the browser kept altered signs nobody in', async () => {
    const { browser, back } = await cameBack();
    const [name = '', value = ''] = [...browser.cookies].find(([each]) => each.includes('sign-in')) ?? [];
    for (const wrong of [`${value.slice(0, -2)}AA`, value.slice(4), '', 'e30', 'x'.repeat(4_000)]) {
      browser.cookies.set(name, wrong);
      expect(await outcome(browser, back)).toEqual(refused(400));
    }
  });

  it('in two tabs signs in with either', async () => {
    const browser = scene.browser();
    const first = await cameBack('ada', browser);
    const second = await cameBack('ada', browser);
    expect((await browser.call(second.back.href)).status).toBe(303);
    expect((await browser.call(first.back.href)).status).toBe(303);
    expect((await scene.me(browser)).status).toBe(200);
  });

  it('keeps no more than a few sign-ins in a browser, however many begin', async () => {
    const browser = scene.browser();
    for (let count = 0; count < 12; count += 1) await browser.call(`${PUBLIC_URL}/auth/login`);
    expect(browser.cookies.size).toBeLessThanOrEqual(4);
  });
});

describe('where somebody lands after signing in', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%0a/../..//evil.example',
    'javascript:alert(1)',
    'evil.example',
    '/auth/logout',
    '/api/me',
    `/${'x'.repeat(3_000)}`,
    '',
  ])('is never another host or a place that is no page: %j', (wanted) => {
    expect(returnPath(wanted)).toBe('/');
  });

  it('is the page they wanted, with its query', async () => {
    expect(returnPath('/runs?state=failed&q=a%20b#log')).toBe('/runs?state=failed&q=a%20b#log');
    expect(returnPath(undefined)).toBe('/');
    scene.issuer.present = 'ada';
    const landed = await scene
      .browser()
      .go(`${PUBLIC_URL}/auth/login?return=//evil.example`, /forge\.example\.test\/$/);
    expect(landed.url).toBe(`${PUBLIC_URL}/`);
  });
});

describe('the cookie', () => {
  it('is a new one at each sign-in, whatever the browser had, and the one before counts no more (fixation)', async () => {
    const planted = 'f'.repeat(43);
    const browser = scene.browser();
    browser.cookies.set(SESSION, planted);
    await scene.signIn('ada', browser);
    const first = browser.cookies.get(SESSION) ?? '';
    expect(first).not.toBe(planted);
    await scene.signIn('ada', browser);
    expect(browser.cookies.get(SESSION)).not.toBe(first);
    const old = scene.browser();
    old.cookies.set(SESSION, first);
    expect((await scene.me(old)).status).toBe(401);
    old.cookies.set(SESSION, planted);
    expect((await scene.me(old)).status).toBe(401);
  });

  it('counts for nobody when it comes twice, under another name, or altered (tossing)', async () => {
    const token = (await scene.signIn('ada')).cookies.get(SESSION) ?? '';
    const flipped = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    const cases = [
      `${SESSION}=${token}; ${SESSION}=${'x'.repeat(43)}`,
      `${SESSION}=${'x'.repeat(43)}; ${SESSION}=${token}`,
      `astraforge=${token}`,
      `__host-astraforge=${token}`,
      `${SESSION}=${flipped}`,
      `${SESSION}=${token}x`,
      `${SESSION}="${token}"`,
      `${SESSION}=`,
      `${SESSION}=${'x'.repeat(4_000)}`,
      `${SESSION}=${encodeURIComponent("' or '1'='1")}`,
    ];
    const ask = (cookie: string) => scene.app.call('/me', null, { headers: { cookie } });
    for (const cookie of cases) expect((await ask(cookie)).status, cookie.slice(0, 80)).toBe(401);
    expect((await ask(`theme=dark; ${SESSION}=${token}; other=1`)).status).toBe(200);
  });
});
