import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { openDashboardScene, type DashboardScene } from './dashboard-scene.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { tellRun, type ToldRun } from './tell-run.ts';

const HARMLESS = { outside: [], violations: [], strangers: [], errors: [] };

describeWith(['chromium'], 'texts of people who want something else than to be read', () => {
  let scene: DashboardScene;
  beforeAll(async () => {
    scene = await openDashboardScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  async function aHostileRun(text: string): Promise<ToldRun> {
    const thread = { kind: 'issue' as const, number: 7, title: text, body: text };
    return tellRun(scene.api.opened, {
      request: { prompt: text, thread: { ...thread, number: Math.ceil(Math.random() * 1e9) } },
    });
  }

  it('300 of them as lines of a log run no script, fetch nothing and break no policy', async () => {
    expect(HOSTILE_TEXTS).toHaveLength(300);
    const told = await aHostileRun(HOSTILE_TEXTS[0] ?? '');
    for (const type of ['log', 'assistant_message', 'status'] as const)
      await told.say(...HOSTILE_TEXTS.map((message) => ({ type, stage: 'codex', message })));
    await told.say(...HOSTILE_TEXTS.map((text) => ({ type: 'command' as const, command: text })));
    await told.advance({ run: { status: 'failed' } }, { type: 'error', message: 'The end', final: true });
    const { page, ready: _ready, axe: _axe, ...seen } = await scene.open(`/runs/${told.run.id}`);
    await page.getByText('Complete', { exact: true }).waitFor();
    await page.evaluate(SHOW_ALL);
    await page.getByText('The end', { exact: true }).waitFor();
    expect(seen).toMatchObject(HARMLESS);
    await page.context().close();
  });

  it('300 of them as Markdown of an answer run no script, fetch nothing and lead nowhere by a script', async () => {
    const told = await aHostileRun('harmless');
    const { page, ready, axe: _axe, ...seen } = await scene.open('/runs');
    const whole = HOSTILE_TEXTS.filter((text) => text.length < 2_000);
    for (let from = 0; from < whole.length; from += 25) {
      const finalMessage = whole.slice(from, from + 25).join('\n\n---\n\n');
      await told.advance({ run: { finalMessage, plan: finalMessage } });
      for (const tab of ['answer', 'asked']) {
        await page.goto(`${scene.url}/runs/${told.run.id}?tab=${tab}`);
        await page.locator('[role=tabpanel] .prose, [role=tabpanel] pre').first().waitFor();
        await ready();
      }
      const links = await page.locator('main a').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
      expect(links.filter((href) => !/^(?:https?:\/\/|\/|#)/.test(href))).toEqual([]);
      expect(await page.locator('main').locator('img, iframe, script, style, object, embed, form').count()).toBe(0);
    }
    expect(seen).toMatchObject(HARMLESS);
    await page.context().close();
  });

  it('all of them as prompt, title, plan, diff, commands and hosts are text on every page', async () => {
    const { page, ready, axe: _axe, ...seen } = await scene.open('/runs');
    const all = HOSTILE_TEXTS.join('\n');
    const told = await aHostileRun(all);
    const diff = `diff --git a/x.html b/x.html\n--- a/x.html\n+++ b/x.html\n@@ -0,0 +1,9 @@\n${all.replaceAll(/^/gm, '+')}\n`;
    await told.advance({
      run: {
        status: 'failed',
        commands: HOSTILE_TEXTS.map((command) => ({ command, exitCode: 0 })),
        failure: { code: 'x', message: HOSTILE_TEXTS[1] ?? '' },
        change: { number: 1, url: 'javascript:pwned()' },
        blocked: { '<img src=x onerror=pwned()>': 1 },
      },
      result: { patch: new TextEncoder().encode(diff), session: null },
    });
    const run = `/runs/${told.run.id}`;
    const paths = [run, `${run}?tab=changes`, `${run}?tab=asked`, `${run}?tab=checks`, `/requests/${told.request.id}`];
    for (const path of [...paths, '/runs', '/changes']) {
      await page.goto(`${scene.url}${path}`);
      await ready();
      await page.locator('main').getByText('pwned').first().waitFor({ state: 'attached' });
    }
    expect(seen).toMatchObject(HARMLESS);
    await page.context().close();
  });
});

/** Scrolls through the whole log, so that each line was in the page once. */
const SHOW_ALL = `new Promise((resolve) => {
  const lines = document.querySelector('[aria-label="Lines of the log"]');
  const next = () => {
    const before = lines.scrollTop;
    lines.scrollTop += lines.clientHeight;
    if (lines.scrollTop > before) requestAnimationFrame(next); else resolve();
  };
  lines.scrollTop = 0;
  requestAnimationFrame(next);
})`;
