import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import { DEMO_REPOSITORY } from '../../fakes/model/demo-workspace.ts';
import { fixFailingTest } from '../../fakes/model/fix-failing-test.ts';
import { say, shell, type Scenario } from '../../fakes/model/scenario.ts';
import { hugeOutput, instant, longRunning, turnFailed } from '../../fakes/model/scenarios.ts';
import { describeWith } from '../../services/describe-with.ts';
import { openExecutor } from './open-executor.ts';

const SLOW_MS = 120_000;
const RUN = { timeoutMs: 30_000, outputBytesMax: 1_000_000 };

/** Says something every second. */
function chatters(times: number): Scenario {
  const talk = { items: [say('Still here.'), shell('sleep 1')] };
  return { name: 'chatters', steps: [...Array.from({ length: times }, () => talk), { items: [say('Done.')] }] };
}

async function loadDemo(guest: Guest): Promise<void> {
  for (const entry of await readdir(DEMO_REPOSITORY, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await guest.upload(path.replace(DEMO_REPOSITORY, guest.paths.workspace), await readFile(path));
  }
}

describeWith(['codex', 'confinement'], 'the real Codex in a local guest behind the real proxy', () => {
  test('repairs a repository, and all that it did is told, counted and kept', { timeout: SLOW_MS }, async () => {
    await using open = await openExecutor(fixFailingTest);
    await loadDemo(open.guest);
    const result = await open.execute({ prompt: 'Fix the failing test.\n' });
    expect(open.model.unexpected).toEqual([]);
    expect(result).toMatchObject({ outcome: 'succeeded', reason: null });
    expect(result.finalMessage).toMatch(/^Fixed: `formatDuration`.*all seven pass after it\.$/s);
    const tests = result.commands.filter(({ command }) => command === 'node --test --test-reporter=spec');
    expect(tests.map(({ exitCode }) => exitCode)).toEqual([1, 0]);
    const after = await open.guest.exec({ argv: ['node', '--test'], ...RUN, offline: true });
    expect(after.exitCode).toBe(0);
    const calls = open.model.requests.length;
    expect(open.door.usage().inputTokens).toBe(1_000 * calls);
    expect(open.door.refused()).toBe(0);
    expect(open.entries.map((entry) => entry.type)).toContain('command');
    const record = Buffer.from(result.session?.record ?? []).toString();
    expect(record).toContain('Fix the failing test.');
    expect(record).toContain(result.session?.threadId);
  });

  test('its configuration has no setting that this Codex does not know', async () => {
    await using open = await openExecutor(instant);
    await open.execute();
    const argv = ['codex', 'exec', '--strict-config', '--json', '--skip-git-repo-check', '-'];
    const exit = await open.guest.exec({ argv, stdin: Buffer.from('Hello.\n'), ...RUN });
    expect([exit.exitCode, Buffer.from(exit.stderr).toString()]).toEqual([0, expect.not.stringContaining('unknown')]);
    expect(open.model.requests.at(-1)?.body).toMatchObject({ model: 'gpt-5.5', reasoning: { effort: 'high' } });
  });

  test('it is offered no hosted tool, and calls nothing but the one address', async () => {
    await using open = await openExecutor(instant);
    await open.execute();
    const body = JSON.stringify(open.model.requests[0]?.body);
    expect(body).not.toMatch(/"type":"(web_search\w*|mcp|file_search|code_interpreter|image_generation)"/);
    expect(open.model.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1/responses']);
  });

  test('neither the key nor the prompt is in any environment, command line or file of the guest', async () => {
    const everything = "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'";
    await using open = await openExecutor({
      name: 'look',
      steps: [{ items: [shell(everything)] }, { items: [say('seen')] }],
    });
    const canary = `prompt${randomBytes(8).toString('hex')}`;
    const result = await open.execute({ prompt: `${canary}\n` });
    expect(result.outcome).toBe('succeeded');
    const seen = open.entries.map((entry) => entry.message).join('\n');
    expect(seen).toContain('--dangerously-bypass-approvals-and-sandbox');
    expect(seen).not.toContain(canary);
    const argv = ['grep', '-rlaF', open.model.apiKey, open.guest.paths.home, open.guest.paths.workspace, '/tmp'];
    const found = await open.guest.exec({ argv, ...RUN, offline: true });
    expect([found.exitCode, Buffer.from(found.stdout).toString()]).toEqual([1, '']);
    expect(seen).not.toContain(open.model.apiKey);
    const left = await open.guest.exec({ argv: ['ls', '-A', open.guest.paths.workspace], ...RUN, offline: true });
    expect(Buffer.from(left.stdout).toString()).toBe('');
  });

  test('a turn that the model ends is a failed run with the reason and the last words', async () => {
    await using open = await openExecutor(turnFailed);
    const result = await open.execute();
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'Codex failed: The model refused this request.',
      finalMessage: 'I will look first.',
      commands: [{ command: 'ls', exitCode: 0 }],
    });
  });

  test('a run over its time is ended and keeps its session', async () => {
    await using open = await openExecutor(longRunning(60));
    const result = await open.execute({ timeoutMs: 6_000 });
    expect(result).toMatchObject({ outcome: 'timed_out', reason: 'Codex did not finish within 6 seconds' });
    expect(result.commands).toMatchObject([{ exitCode: null }]);
    expect(result.session?.record.length).toBeGreaterThan(1_000);
  });

  test('a run that is silent for too long is ended, keeps its session, and talking is not silence', async () => {
    await using open = await openExecutor(longRunning(60));
    const before = Date.now();
    const result = await open.execute({ idleMs: 5_000 });
    expect(result).toMatchObject({ outcome: 'idle', reason: 'Codex was silent for 5 seconds' });
    expect(result.session?.record.length).toBeGreaterThan(1_000);
    expect(Date.now() - before).toBeLessThan(30_000);
    await using chatty = await openExecutor(chatters(8));
    expect(await chatty.execute({ idleMs: 5_000 })).toMatchObject({ outcome: 'succeeded' });
  });

  test('a run that prints too much is ended, and says so', { timeout: SLOW_MS }, async () => {
    await using open = await openExecutor(hugeOutput);
    const result = await open.execute({ outputBytesMax: 100_000 });
    expect(result).toMatchObject({ outcome: 'output_limit', reason: 'Codex wrote more than 100000 bytes' });
  });

  test('a flood of output leaves a short log and a finished run', { timeout: SLOW_MS }, async () => {
    await using open = await openExecutor(hugeOutput);
    const result = await open.execute();
    expect(result).toMatchObject({ outcome: 'succeeded', finalMessage: 'That was a lot of output.' });
    expect(JSON.stringify(open.entries).length).toBeLessThan(300_000);
    expect(open.entries.map((entry) => entry.message)).toContainEqual(
      expect.stringMatching(/^… \d+ lines left out …$/),
    );
  });

  test('a run whose model cannot be reached fails with the reason, in bounded time', { timeout: SLOW_MS }, async () => {
    await using open = await openExecutor(instant);
    await open.model[Symbol.asyncDispose]();
    const result = await open.execute({ timeoutMs: 100_000 });
    expect(result.outcome).toBe('failed');
    expect(result.reason).toMatch(/^Codex failed: .*The model server could not be reached \(ECONNREFUSED\)/);
  });

  test('a final message that is not in its file is taken from the session, else from the events', async () => {
    const noFile = (guest: Guest): Guest => ({
      ...guest,
      download: () => Promise.reject(new AppError('missing', 'no such file')),
    });
    await using withSession = await openExecutor(instant, noFile);
    expect((await withSession.execute()).finalMessage).toBe('ok');
    await using withEvents = await openExecutor(instant, (guest) => ({
      ...noFile(guest),
      exec: (command) => guest.exec(command.argv[0] === 'find' ? { ...command, argv: ['false'] } : command),
    }));
    const result = await withEvents.execute();
    expect(result).toMatchObject({ outcome: 'succeeded', finalMessage: 'ok', session: null });
    expect(withEvents.entries.map((entry) => entry.message)).toContainEqual(
      expect.stringContaining('could not be kept'),
    );
  });

  test('a guest that is gone is the error of the workspace, not a result', async () => {
    await using open = await openExecutor(instant);
    await open.guest.destroy();
    await expect(open.execute()).rejects.toMatchObject({ name: 'AppError', code: 'missing' });
  });
});
