import { execFile } from 'node:child_process';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  EVERY_KIND_OF_CHANGE_STATUS,
  escapingSymlink,
  everyKindOfChange,
  touchesWorkflow,
} from './model/change-scenarios.ts';
import { openDemoWorkspace } from './model/demo-workspace.ts';
import { fixFailingTest } from './model/fix-failing-test.ts';
import { canConfine, runCodex } from './model/run-codex.ts';
import type { Scenario } from './model/scenario.ts';
import { hugeOutput, instant, longRunning, noChange, turnFailed } from './model/scenarios.ts';
import { startScriptedModel } from './model/scripted-model.ts';
import { secretsEcho } from './model/secrets-echo.ts';

const CODEX_TIMEOUT_MS = 90_000;
const run = promisify(execFile);
const CONFINABLE = await canConfine();
const GIT_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/** Plays a scenario with the real Codex in a copy of the demo repository that is a Git repository with one commit. */
async function play(scenario: Scenario, options: { slug?: string; confined?: boolean } = {}) {
  const demo = await openDemoWorkspace();
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: demo.workspace, env: GIT_ENV })).stdout;
  await git('init', '--quiet');
  await git('add', '--all');
  await git('-c', 'user.name=Test', '-c', 'user.email=test@example.test', 'commit', '--quiet', '--message', 'Start');
  await using model = await startScriptedModel({ scenario });
  const codex = await runCodex({ model, demo, prompt: 'Please do it.\n', ...options });
  return { ...codex, demo, git, model, [Symbol.asyncDispose]: () => demo[Symbol.asyncDispose]() };
}

/** Exit code of the demo repository's own tests; the environment is empty, since vitest's would speak to node's runner. */
async function demoTests(cwd: string): Promise<unknown> {
  const outcome = await run(process.execPath, ['--test'], { cwd, env: {} }).catch((error: unknown) => error);
  return outcome instanceof Error && 'code' in outcome ? outcome.code : 0;
}

describe('the real Codex CLI, changing files as scripted', { timeout: CODEX_TIMEOUT_MS }, () => {
  test.each(['gpt-5.5', 'some-other-model'])(
    'repairs the demo repository as %s: red before, green after',
    async (slug) => {
      await using untouched = await openDemoWorkspace();
      expect(await demoTests(untouched.workspace)).toBe(1);
      await using played = await play(fixFailingTest, { slug });
      expect(played.model.unexpected).toEqual([]);
      expect(played.exitCode).toBe(0);
      expect(await demoTests(played.demo.workspace)).toBe(0);
      expect(await played.git('status', '--porcelain')).toBe(' M src/format-duration.js\n');
    },
  );

  test('stops as unexpected when the failing test was already repaired', async () => {
    await using demo = await openDemoWorkspace();
    await using model = await startScriptedModel({ scenario: fixFailingTest });
    await runCodex({ model, demo, prompt: 'Fix it.\n' });
    const again = await runCodex({ model, demo, prompt: 'Fix it.\n' });
    expect(again.exitCode).toBe(1);
    expect(model.unexpected).toEqual([expect.stringContaining('scenario fixFailingTest, step 4: expected')]);
  });

  test('makes every kind of change', async () => {
    await using played = await play(everyKindOfChange);
    expect(played.model.unexpected).toEqual([]);
    await played.git('add', '--all');
    const diff = ['-c', 'core.quotePath=false', 'diff', '--cached', '--find-renames'];
    const status = await played.git(...diff, '--name-status');
    expect(status.trimEnd().split('\n')).toEqual(EVERY_KIND_OF_CHANGE_STATUS);
    const summary = await played.git(...diff, '--summary', '--numstat');
    expect(summary).toContain('mode change 100644 => 100755 src/cli.js');
    expect(summary).toContain('create mode 120000 docs/latest.md');
    expect(summary).toContain('-\t-\tdocs/logo.png');
    expect(await readFile(join(played.demo.workspace, 'docs/windows.txt'), 'utf8')).toBe('one\r\ntwo\r\n');
  });

  test('leaves a workflow', async () => {
    await using played = await play(touchesWorkflow);
    expect(played.model.unexpected).toEqual([]);
    expect((await lstat(join(played.demo.workspace, '.github/workflows/release.yml'))).isFile()).toBe(true);
  });

  test('leaves links out of the tree', async () => {
    await using played = await play(escapingSymlink);
    expect(played.model.unexpected).toEqual([]);
    expect(await readlink(join(played.demo.workspace, 'accounts'))).toBe('/etc/passwd');
    expect(await readlink(join(played.demo.workspace, 'docs/outside'))).toBe('../../../outside');
  });
});

describe('the real Codex CLI, as scripted', { timeout: CODEX_TIMEOUT_MS }, () => {
  test.each([instant, noChange])('changes nothing with $name', async (scenario) => {
    await using played = await play(scenario);
    expect(played.model.unexpected).toEqual([]);
    expect(played.exitCode).toBe(0);
    expect(await played.git('status', '--porcelain')).toBe('');
  });

  test('fails the turn with the words of the model', async () => {
    await using played = await play(turnFailed);
    expect(played.model.unexpected).toEqual([]);
    expect(played.exitCode).toBe(1);
    expect(JSON.parse(played.lines.at(-1) ?? '')).toEqual({
      type: 'turn.failed',
      error: { message: 'The model refused this request.' },
    });
  });

  test('prints a line a second while a long command runs', async () => {
    await using played = await play(longRunning(2));
    expect(played.model.unexpected).toEqual([]);
    expect(played.lines.join('\n')).toContain(String.raw`tick 1\ntick 2\nticked`);
  });

  test('floods the log with lines of a megabyte', async () => {
    await using played = await play(hugeOutput);
    expect(played.model.unexpected).toEqual([]);
    const longest = Math.max(...played.lines.map((line) => Buffer.byteLength(line)));
    expect(longest).toBeGreaterThan(1_000_000);
  });

  test.skipIf(!CONFINABLE)('shows a key that is within reach of the agent', async () => {
    await using played = await play(secretsEcho, { confined: true });
    expect(played.model.unexpected).toEqual([]);
    const printed = played.lines.filter((line) => line.includes(played.model.apiKey));
    expect(printed.length).toBeGreaterThanOrEqual(2);
  });
});
