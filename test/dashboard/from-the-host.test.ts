import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { GITHUB, play } from '../flow/hosts/on-both-hosts.ts';
import { describeWith } from '../services/describe-with.ts';
import { launchChromium } from '../services/launch-chromium.ts';
import { watchPage } from './watch-page.ts';

const PUBLIC_URL = 'http://forge.example.test';
const API_ADMIN_KEY = 'the-operator-set-this-key-in-a-test';
const LONG = { timeout: 200_000 };

describeWith(['codex', 'confinement', 'chromium'], 'from the host to the dashboard', () => {
  const scene = play(GITHUB, {
    scenario: fixFailingTest,
    env: { PUBLIC_URL, API_ADMIN_KEY, API_KEY_PEPPER: 'pepper-of-a-test-pepper-of-a-test' },
  });
  let browser: Browser;
  beforeAll(async () => {
    // As a name server would: the address people know is that of the process.
    const { host } = new URL(scene().astraforge.url);
    browser = await launchChromium([`--host-resolver-rules=MAP forge.example.test:80 ${host}`]);
  });
  afterAll(() => browser.close());

  it('“Details” of the check run, and the last line of comment and pull request, show that run', LONG, async () => {
    const { place } = await scene().ask('@astraforge fix the failing test');
    const { run } = await scene().over(place);
    const check = await scene().checked(place, 'success');
    const change = await scene().changeFor(place);
    for (const text of [scene().progress(place).at(-1)?.body, change.body])
      expect(text).toMatch(new RegExp(`\n\\[This run on the dashboard\\]\\(${check.detailsUrl}\\)$`));
    const context = await browser.newContext({ extraHTTPHeaders: { 'x-api-key': API_ADMIN_KEY } });
    const { page, ready, axe: _, ...seen } = await watchPage(context, PUBLIC_URL);
    await page.goto(check.detailsUrl);
    await ready();
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    await page.getByText('Complete', { exact: true }).waitFor();
    await page.getByText('fix the failing test').first().waitFor();
    expect(page.url()).toBe(`${PUBLIC_URL}/runs/${run.id}`);
    expect(seen).toMatchObject({ outside: [], violations: [], errors: [] });
  });
});
