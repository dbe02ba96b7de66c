import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Incident } from '#core/domain/alert/incident.ts';
import { describeWith } from '../services/describe-with.ts';
import { openDashboardScene, type DashboardScene } from './dashboard-scene.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { tellIncident, tellIncidents } from './tell-incidents.ts';
import { tellRun, type ToldRun } from './tell-run.ts';

const NARROW = { colorScheme: 'dark', viewport: { width: 320, height: 640 } } as const;
const HARMLESS = { outside: [], violations: [], strangers: [], errors: [] };
const LIST = { name: 'Incidents, newest first' };

describeWith(['chromium'], 'incidents on the dashboard', () => {
  let scene: DashboardScene;
  let told: ToldRun;
  let begun: Incident;
  beforeAll(async () => {
    scene = await openDashboardScene();
    const { page } = await scene.open('/incidents');
    await page.getByText('There is no incident yet').waitFor();
    await page.getByText('ALERT_SOURCES').waitFor();
    await page.context().close();
    told = await tellRun(scene.api.opened, { request: { prompt: 'Mend what fails' } });
    ({ begun } = await tellIncidents(scene.api, told));
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('are listed with where they stand, how often they were told, and where they are dealt with', async () => {
    const { page } = await scene.open('/');
    await page.getByRole('navigation').getByRole('link', { name: 'Incidents' }).click();
    await page.waitForURL('**/incidents');
    const rows = page.getByRole('region', LIST).getByRole('listitem');
    for (const name of ['Being seen to', 'Recorded', 'Paused in a storm', 'Storm', 'Fix merged', 'Closed'])
      await rows.getByText(name, { exact: true }).first().waitFor();
    const row = rows.filter({ hasText: begun.title });
    for (const text of ['github:acme/shop · shop · production', '1 ×', '1 h ago']) await row.getByText(text).waitFor();
    const leads = (name: RegExp) => row.getByRole('link', { name }).getAttribute('href');
    expect(await leads(/^Issue #212/)).toBe('https://github.com/acme/shop/issues/212');
    expect(await leads(/^Sentry/)).toBe('https://sentry.example/organizations/acme/issues/1170820242/');
    await row.getByRole('link', { name: 'The request' }).click();
    await page.waitForURL(`**/requests/${told.request.id}`);
    await page.getByRole('heading', { name: 'Mend what fails' }).waitFor();
    await page.context().close();
  });

  it('are filtered by state, which the address keeps', async () => {
    const { page } = await scene.open('/incidents');
    const rows = page.getByRole('region', LIST).getByRole('listitem');
    await rows.nth(5).waitFor();
    await page.getByLabel('Any state').selectOption('merged');
    await page.waitForURL('**/incidents?state=merged');
    await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining('Fix merged')]);
    await page.reload();
    await expect.poll(() => rows.allTextContents()).toEqual([expect.stringContaining('Fix merged')]);
    await page.context().close();
  });

  it('each have a page with the account of the failure, its alerts and all that is known', async () => {
    const { page } = await scene.open('/incidents');
    await page.getByRole('link', { name: begun.title }).click();
    await page.waitForURL(`**/incidents/${begun.id}`);
    await page.getByRole('heading', { name: begun.title }).waitFor();
    await expect.poll(() => page.title()).toContain('TypeError');
    await page.getByRole('region', { name: 'Account of the failure' }).getByText('1,204 times').waitFor();
    const alert = page.getByRole('list', { name: 'Alerts, newest first' }).getByRole('listitem');
    await alert.getByText('A rule fired in shop@4f1c2ab98e01 · On record.').waitFor();
    await page.getByText('4f1c2ab98e010000', { exact: false }).waitFor();
    await page.getByRole('link', { name: /^Issue #212/ }).waitFor();
    await page.context().close();
  });

  it('say in which storm they were paused, and why nothing is done', async () => {
    const { page } = await scene.open('/incidents');
    await page.getByRole('link', { name: /RangeError/ }).click();
    await page.getByRole('link', { name: 'a storm' }).click();
    await page.getByRole('heading', { name: 'Storm', exact: true }).waitFor();
    await page.getByText('The incidents that came in it are paused').waitFor();
    expect(await page.getByText(/0 ×/).count()).toBe(0);
    await page.goto(`${scene.url}/incidents`);
    await page.getByRole('link', { name: /ConnectionResetError/ }).click();
    await page.getByText('it happened in an environment that is not to be mended: staging').waitFor();
    await page.context().close();
  });

  it('fit a narrow phone in the dark: axe finds nothing, and nothing scrolls sideways', async () => {
    const none = '00000000-0000-4000-8000-000000000000';
    for (const path of ['/incidents', `/incidents/${begun.id}`, `/incidents/${none}`]) {
      const { page, axe, ready, ...seen } = await scene.open(path, NARROW);
      await ready();
      expect(await axe(), path).toEqual([]);
      const sideways = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(sideways), path).toBe(0);
      expect(seen, path).toEqual(HARMLESS);
      await page.context().close();
    }
  });

  it('made of hostile texts are text: no script runs, nothing is fetched, no link leads anywhere but to the web', async () => {
    const all = HOSTILE_TEXTS.join('\n');
    const hostile = await tellIncident(scene.api, {
      ...{ title: all, environment: all, level: all, source: all, repository: all, account: all, releases: [all] },
      issueUrl: 'javascript:pwned()',
      hoursAgo: 0,
    });
    await scene.api.opened.store.incidents.note(hostile.id, {
      ...{ reason: all, releaseSha: all, thread: { number: 1, url: 'javascript:pwned()' } },
    });
    const { page, ready, axe: _axe, ...seen } = await scene.open('/incidents');
    for (const [path, last] of [
      ['/incidents', page.getByRole('region', LIST)],
      [`/incidents/${hostile.id}`, page.getByRole('list', { name: 'Alerts, newest first' })],
    ] as const) {
      await page.goto(`${scene.url}${path}`);
      await ready();
      await last.getByText('pwned').first().waitFor({ state: 'attached' });
      const links = await page.locator('main a').evaluateAll((every) => every.map((one) => one.getAttribute('href')));
      expect(links.filter((href) => !/^(?:https?:\/\/|\/|#)/.test(href ?? ''))).toEqual([]);
      expect(await page.locator('main').locator('img, iframe, script, style, object, embed, form').count()).toBe(0);
    }
    await page.getByRole('region', { name: 'Account of the failure' }).getByText('pwned').waitFor();
    expect(seen).toEqual(HARMLESS);
    await page.context().close();
  });

  it('are said to be not available by a server that has none', async () => {
    const { page } = await scene.open('/runs');
    await page.route('**/api/incidents*', (route) => route.fulfill({ status: 404, body: '{"detail":"Not found."}' }));
    await page.goto(`${scene.url}/incidents`);
    await page.getByText('Incidents are not available').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });
});
