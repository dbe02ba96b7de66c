import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { openDashboardScene, PHONE, type DashboardScene } from './dashboard-scene.ts';
import { tellBranch, tellHistory, tellRunning, tellWhole } from './stories.ts';
import { tellIncidents } from './tell-incidents.ts';
import { tellSetUp } from './tell-set-up.ts';

/** Nineteen pages, each opened and looked over by axe. */
const LONG_MS = 400_000;

describeWith(['chromium'], 'every page of the dashboard', () => {
  let scene: DashboardScene;
  let paths: Readonly<Record<string, string>>;
  beforeAll(async () => {
    scene = await openDashboardScene();
    await tellHistory(scene.api, 20);
    const { first } = await tellWhole(scene.api);
    const running = await tellRunning(scene.api);
    const branch = await tellBranch(scene.api);
    const { begun } = await tellIncidents(scene.api, first);
    const run = `/runs/${first.run.id}`;
    paths = {
      overview: '/',
      runs: '/runs',
      'runs, filtered': '/runs?state=failed&days=7',
      'a run': run,
      'a run at work': `/runs/${running.run.id}`,
      'a diff': `${run}?tab=changes`,
      'an answer': `${run}?tab=answer`,
      'prompt and plan': `${run}?tab=asked`,
      commands: `${run}?tab=checks`,
      request: `/requests/${first.request.id}`,
      'a run that ended in a branch': `/runs/${branch.run.id}`,
      'its request': `/requests/${branch.request.id}`,
      'merge requests': '/changes',
      incidents: '/incidents',
      'an incident': `/incidents/${begun.id}`,
      sessions: '/sessions',
      settings: '/settings',
      'a run that is not there': '/runs/00000000-0000-4000-8000-000000000000',
      nowhere: '/no/such/page',
    };
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  const looks = [
    { name: 'light', window: { colorScheme: 'light' } },
    { name: 'dark', window: { colorScheme: 'dark' } },
    { name: 'a phone', window: { colorScheme: 'light', viewport: PHONE } },
  ] as const;

  it.each(looks)(
    'in $name: axe finds nothing, the policy holds, nothing is fetched from elsewhere',
    async ({ window }) => {
      for (const [name, path] of Object.entries(paths)) {
        const { page, axe, ready, ...seen } = await scene.open(path, window);
        await ready();
        expect(await axe(), name).toEqual([]);
        const sideways = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(sideways, `${name} scrolls sideways`).toBe(0);
        expect(seen, name).toEqual({ outside: [], violations: [], strangers: [], errors: [] });
        await page.context().close();
      }
    },
    LONG_MS,
  );

  it('shows what a run is: its words, plan, approval, diff, answer, commands, cost, refusals and stages', async () => {
    const { page } = await scene.open(paths['a run'] ?? '');
    const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
    await shows('npm test');
    await shows('$0.4821');
    await shows('registry.example.com');
    for (const stage of ['Clone', 'Agent', 'Push']) await shows(stage);
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByRole('region', { name: 'Lines of src/duration.ts' }).waitFor();
    await expect.poll(() => page.locator('.added').count()).toBeGreaterThan(5);
    await expect.poll(() => page.locator('.code .hljs-keyword').count()).toBeGreaterThan(3);
    await page.getByRole('tab', { name: 'Answer' }).click();
    await page.getByRole('cell', { name: '1 min' }).waitFor();
    await page.getByRole('tab', { name: 'Prompt and plan' }).click();
    await shows(/Please round before the unit is chosen/);
    await shows('Write a failing test for');
    await shows('This run needs nobody’s approval.');
    await page.getByRole('tab', { name: 'Commands' }).click();
    await shows('exit code 1');
    await page.context().close();
  });

  it('shows the branch and the commit of work that no change proposes', async () => {
    for (const path of ['a run that ended in a branch', 'its request']) {
      const { page } = await scene.open(paths[path] ?? '');
      await page.getByText('Branch astraforge/branch-of-a-story at c0ffeec0ffee').first().waitFor();
      await page.getByText('https://git.example.org/team/app.git').first().waitFor();
      expect(await page.getByText(/request [#!]/).count()).toBe(0);
      await page.context().close();
    }
  });

  it('shows all runs of a request side by side, and what was said', async () => {
    const { page } = await scene.open(paths['request'] ?? '');
    await page.getByRole('link', { name: /^Run 2/ }).waitFor();
    const words = page.getByRole('listitem').filter({ hasText: 'Please name the constant too' });
    await words.getByText('octocat').waitFor();
    await page.getByRole('link', { name: /^Run 1/ }).click();
    await page.waitForURL(/\/runs\//);
    await page.getByRole('tab', { name: 'Log', selected: true }).waitFor();
    await expect.poll(() => page.title()).toContain('Durations just under a minute');
    await page.context().close();
  });

  it('shows how the installation is set up, without its secrets, and what of it answers', async () => {
    await tellSetUp(scene.api);
    const { page } = await scene.open(paths['settings'] ?? '');
    const health = page.getByRole('list', { name: 'Health' }).getByRole('listitem');
    await health.filter({ hasText: 'Postgres' }).getByText('Up').waitFor();
    await health.filter({ hasText: 'Model' }).getByText('Down').waitFor();
    await page.getByText('https://forge.example').waitFor();
    await page.getByRole('searchbox', { name: 'Search the configuration' }).fill('API_KEY_PEPPER');
    await page.getByText('Set, hidden').first().waitFor();
    await page.getByText('https://forge.example').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('a-secret-nobody-may-see');
    await page.context().close();
  });

  it('lists the runs of the chosen source, and no others', async () => {
    const { page } = await scene.open('/runs?source=gitlab');
    const rows = page.getByRole('region', { name: 'Runs, newest first' }).getByRole('link');
    await rows.first().waitFor();
    const texts = await rows.allTextContents();
    expect(texts.filter((text) => !text.includes('platform/billing'))).toEqual([]);
    await page.context().close();
  });

  it.each(['overview', 'sessions', 'settings'])('%s says so where the server has no such thing', async (name) => {
    const { page } = await scene.open('/runs');
    const path = `**/api/${name === 'sessions' ? 'sandbox/sessions' : name}*`;
    await page.route(path, (route) => route.fulfill({ status: 404, body: '{"detail":"Not found."}' }));
    await page.goto(`${scene.url}${paths[name] ?? ''}`);
    await page.getByText(/not available/).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });
});
