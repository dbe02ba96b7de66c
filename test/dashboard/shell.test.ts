import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { openDashboardScene, PHONE, type DashboardScene } from './dashboard-scene.ts';
import { tellHistory } from './stories.ts';
import { tellRun, type ToldRun } from './tell-run.ts';

describeWith(['chromium'], 'the dashboard as a whole', () => {
  let scene: DashboardScene;
  let told: ToldRun;
  beforeAll(async () => {
    scene = await openDashboardScene();
    await tellHistory(scene.api, 130);
    told = await tellRun(scene.api.opened, { request: { prompt: 'The one to find' } });
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('sends whoever the server does not know to sign in, and back to the same page', async () => {
    const { page } = await scene.open('/runs?state=failed', { key: null });
    const link = page.getByRole('link', { name: 'Sign in' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(`/auth/login?return=${encodeURIComponent('/runs?state=failed')}`);
    await page.getByRole('navigation').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('is used without a mouse: skip link, search, help, pages, tabs', async () => {
    const { page } = await scene.open('/runs');
    await page.getByRole('link', { name: /The one to find/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.locator('a:focus', { hasText: 'Skip to the content' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#main:focus').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('/');
    await page.locator('input[type=search]:focus').waitFor();
    await page.keyboard.type(`http://forge.example/runs/${told.run.id}`);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/runs/${told.run.id}`);
    await page.getByRole('tab', { name: 'Log' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL('**?tab=changes');
    await page.getByRole('main').focus();
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForURL('**/changes');
    await expect.poll(() => page.title()).toBe('Merge requests · AstraForge');
    await page.context().close();
  });

  it('says of what is no id that it is none, and finds a request by its id', async () => {
    const { page } = await scene.open('/');
    const search = page.getByRole('searchbox', { name: /Go to the id/ });
    await search.fill('yesterday');
    await search.press('Enter');
    await page.getByText('That holds no id.').waitFor();
    await search.fill(told.request.id);
    await search.press('Enter');
    await page.waitForURL(`**/requests/${told.request.id}`);
    await page.getByRole('heading', { name: 'The one to find' }).waitFor();
    await expect.poll(() => page.title()).toBe('The one to find · AstraForge');
    await page.context().close();
  });

  it('keeps filters in the address, which means the same when it is opened anew', async () => {
    const { page } = await scene.open('/runs');
    await page.getByLabel('Any state').selectOption('failed');
    await page.waitForURL('**/runs?state=failed');
    await page.getByLabel('Any repository').fill('platform/billing');
    await page.waitForURL(/repository=platform%2Fbilling/);
    await page.getByLabel('Anybody').fill('Ada');
    await page.keyboard.press('Enter');
    await page.waitForURL(/requester=Ada/);
    await page.getByLabel('Any time').selectOption('7');
    await page.waitForURL(/days=7/);
    const rows = page.getByRole('region', { name: 'Runs, newest first' }).getByRole('listitem');
    const isWanted = (text: string) => ['Failed', 'platform/billing', 'ada'].every((word) => text.includes(word));
    const count = async () => {
      const texts = await rows.allTextContents();
      return texts.every(isWanted) ? texts.length : 0;
    };
    await expect.poll(count).toBeGreaterThan(0);
    await page.reload();
    await expect.poll(count).toBeGreaterThan(0);
    await page.getByLabel('Any source').selectOption('direct_user');
    await page.getByText('No run is like that').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.waitForURL((url) => url.pathname === '/runs' && url.search === '');
    await page.context().close();
  });

  it('lists all runs page by page as one scrolls, each once', async () => {
    const { page } = await scene.open('/runs');
    const list = page.getByRole('region', { name: 'Runs, newest first' });
    await list.getByRole('listitem').first().waitFor();
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          const rows = list.getByRole('link');
          for (const href of await rows.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? '')))
            seen.add(href);
          await list.evaluate((one) => one.scrollBy(0, 400));
          return seen.size;
        },
        { timeout: 60_000, interval: 20 },
      )
      .toBe(131);
    await page.context().close();
  });

  it('follows the machine’s colours until others are chosen, and keeps the choice', async () => {
    const { page } = await scene.open('/runs', { colorScheme: 'dark' });
    const isDark = () => page.evaluate("document.documentElement.classList.contains('dark')");
    await expect.poll(isDark).toBe(true);
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(isDark).toBe(false);
    await page.keyboard.press('t');
    await expect.poll(isDark).toBe(true);
    await page.reload();
    await expect.poll(isDark).toBe(true);
    await page.context().close();
  });

  it('on a phone has its pages behind a button', async () => {
    const { page } = await scene.open('/runs', { viewport: PHONE });
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Merge requests' }).click();
    await page.waitForURL('**/changes');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => page.title()).toBe('Merge requests · AstraForge');
    await page.context().close();
  });
});
