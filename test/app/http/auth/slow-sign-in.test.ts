import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSignInScene, PUBLIC_URL, SESSION, type SignInScene } from './sign-in-scene.ts';

const MINUTE_MS = 60_000;
let laterMs = 0;
let scene: SignInScene;
beforeAll(async () => {
  const now = () => new Date(Date.now() + laterMs).toISOString();
  scene = await openSignInScene({}, { runtime: { now } });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Goes to the issuer and, after so long by the clock of the application, back, with the cookie still there. */
async function backAfter(ms: number) {
  laterMs = 0;
  scene.issuer.present = 'ada';
  const browser = scene.browser();
  const back = await browser.go(`${PUBLIC_URL}/auth/login`, /\/auth\/callback/);
  const kept = new Map(browser.cookies);
  laterMs = ms;
  const landed = await browser.call(back.url);
  return { browser, back, kept, landed };
}

it('a sign-in of nine minutes is finished', async () => {
  const { browser, landed } = await backAfter(9 * MINUTE_MS);
  expect(landed.status).toBe(303);
  expect(browser.cookies.has(SESSION)).toBe(true);
});

it('a sign-in that is older than ten minutes is refused, though the browser kept its cookie and the issuer says yes', async () => {
  const { browser, back, kept, landed } = await backAfter(10 * MINUTE_MS + 1);
  expect([...kept.keys()].some((name) => name.startsWith('__Host-astraforge-sign-in-'))).toBe(true);
  expect(landed.status).toBe(400);
  expect(await landed.text()).toContain('took longer than ten minutes');
  expect(browser.cookies.has(SESSION)).toBe(false);
  const again = await browser.call(back.url);
  expect(again.status).toBe(400);
  expect((await scene.me(browser)).status).toBe(401);
});
