import { afterAll, beforeAll, expect, it } from 'vitest';
import { deletedFrame, eventFrame, readyFrame } from '../../app/http/api/event-frame.ts';
import { describeWith } from '../services/describe-with.ts';
import { openDashboardScene, type DashboardScene } from './dashboard-scene.ts';
import { tellHistory, tellWhole } from './stories.ts';
import { tellRun, type ToldRun } from './tell-run.ts';

describeWith(['chromium'], 'a page that stays open', () => {
  let scene: DashboardScene;
  let whole: ToldRun;
  beforeAll(async () => {
    scene = await openDashboardScene();
    await tellHistory(scene.api, 30);
    whole = (await tellWhole(scene.api)).first;
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('keeps what it shows while the server is away, and says that it may be old', async () => {
    const { page, errors } = await scene.open('/runs');
    const row = page.getByRole('link', { name: /Durations just under a minute/ }).first();
    await row.waitFor();
    const notice = page.getByText('What you see may be old');
    await scene.restart(async () => {
      await notice.waitFor();
      expect(await row.isVisible()).toBe(true);
    });
    await notice.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('asks to sign in when the session ends in the middle, and shows nothing any more', async () => {
    const { page } = await scene.open('/runs?state=failed');
    await page.getByRole('region', { name: 'Runs, newest first' }).waitFor();
    await page.route('**/api/**', (route) => route.fulfill({ status: 401, body: '{"detail":"Who are you?"}' }));
    const link = page.getByRole('link', { name: 'Sign in' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(`/auth/login?return=${encodeURIComponent('/runs?state=failed')}`);
    await page.getByRole('region', { name: 'Runs, newest first' }).waitFor({ state: 'detached' });
    await expect.poll(() => page.title()).toBe('Sign in · AstraForge');
    await page.context().close();
  });

  it('opens itself anew when an update of the server took a part of it away', async () => {
    const { page } = await scene.open(`/runs/${whole.run.id}`);
    await page.getByText('Complete', { exact: true }).waitFor();
    let gone = 0;
    await page.route('**/assets/diff-view-*.js', (route) => {
      gone += 1;
      return gone === 1 ? route.fulfill({ status: 404, body: '{"detail":"Not found."}' }) : route.continue();
    });
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByRole('region', { name: 'Lines of src/duration.ts' }).waitFor();
    expect(gone).toBe(2);
    await page.context().close();
  });

  it('begins each page at its top, with the focus on it', async () => {
    const { page } = await scene.open(`/runs/${whole.run.id}?tab=changes`, { viewport: { width: 600, height: 500 } });
    const main = page.locator('main');
    await page.getByRole('region', { name: 'Lines of docs/format.md' }).waitFor();
    await main.evaluate((one) => one.scrollTo(0, 300));
    await page.getByRole('link', { name: 'The request' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Conversation' }).waitFor();
    await page.locator('main:focus').waitFor();
    await expect.poll(() => main.evaluate((one) => one.scrollTop)).toBe(0);
    await page.context().close();
  });

  it('shows words that are said, and the run they begin, while a request is looked at', async () => {
    const told = await tellRun(scene.api.opened, { request: { prompt: 'A request that goes on' } });
    const { page } = await scene.open(`/requests/${told.request.id}`);
    await page.getByRole('link', { name: /^Run 1/ }).waitFor();
    await told.advance({ request: 'MR_OPENED', run: { status: 'succeeded', finishedAt: new Date().toISOString() } });
    await told.goOn('One thing more');
    await page.getByRole('link', { name: /^Run 2/ }).waitFor();
    await page.getByText('One thing more').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });

  it('says of a log whose beginning was deleted that it was, and shows what is left', async () => {
    const { id, requestId } = whole.run;
    const ids = { request_id: requestId, run_id: id, created_at: new Date().toISOString() };
    const last = { v: 1, type: 'completed', message: 'What is left', final: true, ...ids } as const;
    const frames = [
      readyFrame(requestId),
      deletedFrame({ requestId, runId: id }, 7),
      eventFrame({ position: 8, event: last }),
    ];
    const { page, errors } = await scene.open('/runs');
    await page.route('**/logs/stream', (route) =>
      route.fulfill({ contentType: 'text/event-stream; charset=utf-8', body: frames.join('') }),
    );
    await page.goto(`${scene.url}/runs/${id}`);
    await page.getByText('The log up to here (position 7) was deleted because of its age.').waitFor();
    await page.getByText('What is left', { exact: true }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('calls days what the server counted them as, wherever its reader is', async () => {
    const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
    const before = day.format(new Date());
    const { page } = await scene.open('/', { timezoneId: 'America/Los_Angeles' });
    const last = page.getByRole('table', { name: 'Cost per day' }).getByRole('rowheader').last();
    await last.waitFor({ state: 'attached' });
    expect([before, day.format(new Date())]).toContain(await last.textContent());
    await page.context().close();
  });
});
