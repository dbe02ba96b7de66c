import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunLogEntry } from '#core/contracts/run-log.ts';
import { describeWith } from '../services/describe-with.ts';
import { openDashboardScene, type DashboardScene } from './dashboard-scene.ts';
import { tellRunning } from './stories.ts';
import { tellRun } from './tell-run.ts';

const LINES = 100_000;
/** Putting so many on record takes longest. */
const LONG_MS = 400_000;
const line = (message: string): RunLogEntry => ({ type: 'log', stage: 'codex', message });
const END: RunLogEntry = { type: 'completed', message: 'Run completed', final: true };

describeWith(['chromium'], 'the log of a run', () => {
  let scene: DashboardScene;
  beforeAll(async () => {
    scene = await openDashboardScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('is followed live to its end, which is kept in sight without anything else moving', async () => {
    const told = await tellRunning(scene.api);
    const { page } = await scene.open(`/runs/${told.run.id}`);
    await page.getByText('Live', { exact: true }).waitFor();
    const before = await page.getByRole('toolbar', { name: 'Log' }).boundingBox();
    for (let at = 0; at < 200; at += 1) await told.say(line(`step ${at}`));
    await page.getByText('step 199', { exact: true }).waitFor();
    expect(await page.getByRole('toolbar', { name: 'Log' }).boundingBox()).toEqual(before);
    await told.advance({ run: { status: 'succeeded', finishedAt: new Date().toISOString() } }, END);
    await page.getByText('Complete', { exact: true }).waitFor();
    await page.getByText('Succeeded', { exact: true }).waitFor();
    await page.context().close();
  });

  it('is whole after the page was opened anew in the middle, and after the server was away', async () => {
    const told = await tellRunning(scene.api);
    const { page } = await scene.open(`/runs/${told.run.id}`);
    await page.getByText('Live', { exact: true }).waitFor();
    await told.say(line('before'));
    await page.getByText('before', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('before', { exact: true }).waitFor();
    await scene.restart(async () => {
      await page.getByText('Connection lost').waitFor();
      await told.say(line('meanwhile'));
    });
    await told.say(line('after'));
    await page.getByText('after', { exact: true }).waitFor();
    for (const text of ['before', 'meanwhile', 'after'])
      expect(await page.getByText(text, { exact: true }).count(), text).toBe(1);
    await page.context().close();
  });

  it('folds long output of commands that ended well, shows what failed, and goes to it at a key', async () => {
    const told = await tellRun(scene.api.opened);
    await told.say(
      { type: 'command', stage: 'codex', command: 'npm ci' },
      ...Array.from({ length: 400 }, (_, at) => line(`package ${at}`)),
      { type: 'status', stage: 'codex', message: 'Exit code 0: npm ci', exit_code: 0 },
      { type: 'command', stage: 'codex', command: 'npm test' },
      line('\u001b[31mone test failed\u001b[39m'),
      { type: 'status', stage: 'codex', message: 'Exit code 1: npm test', exit_code: 1 },
      { type: 'command', stage: 'codex', command: 'npm run lint' },
      { type: 'status', stage: 'codex', message: 'Exit code 2: npm run lint', exit_code: 2 },
    );
    await told.advance({ run: { status: 'failed' } }, { type: 'error', message: 'It failed', final: true });
    const { page } = await scene.open(`/runs/${told.run.id}`);
    await page.getByText('Complete', { exact: true }).waitFor();
    await page.locator('.text-ansi-red', { hasText: 'one test failed' }).waitFor();
    await page.getByText('package 7', { exact: true }).waitFor({ state: 'detached' });
    const current = (text: string) => page.locator('[data-current]', { hasText: text }).waitFor();
    for (const fault of ['npm test', 'npm run lint', 'It failed']) {
      await page.keyboard.press('e');
      await current(fault);
    }
    await page.evaluate(TWICE_E);
    await current('npm run lint');
    await page.getByRole('button', { name: 'Show 400 lines of output' }).click();
    await page.getByText('package 7', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Hide 400 lines of output' }).isVisible()).toBe(true);
    await page.context().close();
  });

  it('that the server will not give just now is not shown as one that is over: it is asked for again', async () => {
    const told = await tellRun(scene.api.opened);
    await told.advance({ run: { status: 'succeeded' } }, line('here all along'), END);
    const { page } = await scene.open('/runs');
    let refused = 0;
    await page.route('**/logs/stream', (route) => {
      refused += 1;
      return refused <= 2 ? route.fulfill({ status: 503, body: '{"detail":"Too busy."}' }) : route.continue();
    });
    await page.goto(`${scene.url}/runs/${told.run.id}`);
    await page.getByText('here all along').waitFor();
    await page.getByText('Complete', { exact: true }).waitFor();
    expect(refused).toBeGreaterThan(2);
    await page.context().close();
  });

  it(
    `of ${LINES} lines scrolls from end to end and finds words in it, with a few lines in the page at a time`,
    async () => {
      const told = await tellRun(scene.api.opened);
      for (let from = 0; from < LINES; from += 10_000)
        await told.say(...Array.from({ length: 10_000 }, (_, at) => line(`line ${from + at}`)));
      await told.advance({ run: { status: 'succeeded' } }, END);
      const { page } = await scene.open(`/runs/${told.run.id}`);
      await page.getByText('Complete', { exact: true }).waitFor({ timeout: 200_000 });
      const lines = page.getByRole('region', { name: 'Lines of the log' });
      await lines.focus();
      expect(await page.evaluate(SCROLL_THROUGH), 'most lines in the page at a time').toBeLessThan(200);
      await page.keyboard.press('End');
      await page.getByText('line 99999', { exact: true }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('line 51234');
      await page.getByRole('status').getByText('1', { exact: true }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('[data-current]', { hasText: 'line 51234' }).waitFor();
      expect(await lines.locator('time').count()).toBeLessThan(200);
      await page.context().close();
    },
    LONG_MS,
  );
});

/** Two keys before the page can be drawn anew. */
const TWICE_E = `for (let time = 0; time < 2; time += 1)
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true }))`;

/** Scrolls the log through in 120 steps, one a frame; gives the largest number of lines that were in the page at a time. */
const SCROLL_THROUGH = `new Promise((resolve) => {
  const lines = document.querySelector('[aria-label="Lines of the log"]');
  let step = 0, most = 0;
  const next = () => {
    most = Math.max(most, lines.querySelectorAll('time').length);
    step += 1;
    lines.scrollTop = (lines.scrollHeight * step) / 120;
    if (step < 120) requestAnimationFrame(next); else resolve(most);
  };
  requestAnimationFrame(next);
})`;
