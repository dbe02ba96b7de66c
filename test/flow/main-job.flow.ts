import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { ask, settled, type Outcome } from './ask.ts';
import { openWorld, type World } from './world.ts';

/** The main job as its users see it, on whatever the environment names; call it inside a `describe`. */
export function mainJobFlow(environment: () => Promise<Readonly<Record<string, string>>>): void {
  let world: World;
  let outcome: Outcome;
  let commentId: number;

  beforeAll(async () => {
    world = await openWorld({ scenario: fixFailingTest, env: await environment() });
    const asked = await ask(world, '@astraforge fix the failing test');
    commentId = asked.commentId;
    outcome = await settled(world, asked.issue);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('a comment becomes one pull request from the request’s own branch', () => {
    expect(outcome.pulls).toHaveLength(1);
    const [pull] = outcome.pulls;
    expect(pull?.pull.headBranch).toBe(`astraforge/${outcome.requestId}`);
    expect(pull?.pull.baseBranch).toBe('main');
    expect(pull?.title).toBe('Fix the failing test');
  });

  it('the pull request’s diff makes the failing test pass', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'checkout-'));
    const run = (...command: [string, ...string[]]): number => {
      try {
        execFileSync(command[0], command.slice(1), { cwd: directory, stdio: 'pipe' });
        return 0;
      } catch {
        return 1;
      }
    };
    try {
      expect(run('git', 'clone', '--quiet', world.repository.directory, '.')).toBe(0);
      expect(run(process.execPath, '--test')).toBe(1);
      expect(run('git', 'checkout', '--quiet', `origin/astraforge/${outcome.requestId}`)).toBe(0);
      expect(run(process.execPath, '--test')).toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('the pull request says what was asked, done, checked, spent, and where the log is', () => {
    const body = outcome.pulls[0]?.body ?? '';
    for (const part of [
      '> fix the failing test',
      `Closes #${outcome.issue}.`,
      '@ada',
      'rounds to whole seconds first',
      '`node --test',
      '11,550 tokens',
      `/runs/${outcome.check.id}`,
    ])
      expect(body).toContain(part);
  });

  it('the check run is green, readable and on the head of the base', async () => {
    expect(outcome.check).toMatchObject({ name: 'astraforge', status: 'completed', conclusion: 'success' });
    expect(outcome.check.headSha).toBe((await world.github.branches(world.repository)).get('main'));
    expect(outcome.check.output.title).toBe(`Opened pull request #${outcome.pulls[0]?.number}`);
    const text = outcome.check.output.text ?? '';
    for (const part of [
      '> fix the failing test',
      '$ node --test',
      'pass 7',
      '· Opened pull request',
      '✓ Run completed',
    ])
      expect(text).toContain(part);
  });

  it('there is one progress comment, edited in place, and an eyes reaction on the comment that asked', () => {
    expect(outcome.comments).toHaveLength(1);
    expect(outcome.comments[0]?.body).toContain('Opened pull request');
    const reactions = world.github.reactions(world.repository, { comment: commentId });
    expect(reactions.map(({ content, user }) => [content, user.login])).toEqual([['eyes', 'astraforge[bot]']]);
  });

  it('every write happened once, and every call was as GitHub describes it', () => {
    const made = world.github.ledger
      .map((entry) => entry.kind)
      .filter((kind) => /create|push/.test(kind) && kind !== 'token.create');
    expect(made.toSorted()).toEqual(['check.create', 'comment.create', 'pull.create', 'push', 'reaction.create']);
    expect(world.github.violations).toEqual([]);
    expect(world.model.unexpected).toEqual([]);
  });

  it('the commit has a real author and names who asked', () => {
    const show = ['log', '-1', '--format=%an <%ae>%n%B', `astraforge/${outcome.requestId}`];
    const commit = execFileSync('git', ['--git-dir', world.repository.directory, ...show], { encoding: 'utf8' });
    expect(commit).toMatch(/^astraforge\[bot\] <\d+\+astraforge\[bot\]@users\.noreply\./);
    expect(commit).toContain(`Request: ${outcome.requestId}`);
    expect(commit).toMatch(/\nRequested-by: ada\n/);
  });

  it('the recorded log begins with the prompt, ends with one final event and counts every token', async () => {
    const { store } = world.astraforge.shared;
    const log = await store.log.readLog(outcome.requestId, 0, 1_000);
    expect(log[0]?.event).toMatchObject({ v: 1, type: 'user_prompt', message: 'fix the failing test' });
    expect(log.filter(({ event }) => event.final === true)).toHaveLength(1);
    expect(log.at(-1)?.event).toMatchObject({ type: 'completed', final: true });
    const types = new Set(log.map(({ event }) => event.type));
    for (const type of ['status', 'command', 'log', 'assistant_message']) expect(types).toContain(type);
    const read = await store.runs.readRequest(outcome.requestId);
    expect(read?.run.usage).toMatchObject({ inputTokens: 11_000, cachedInputTokens: 4_400, outputTokens: 550 });
    expect(read?.request.state).toBe('MR_OPENED');
  });

  it('the session of the run is kept for follow-ups', async () => {
    const read = await world.astraforge.shared.store.runs.readRequest(outcome.requestId);
    const result = await world.astraforge.shared.store.runs.readResult(read?.run.id ?? '');
    expect(result?.session?.threadId).toMatch(/^[0-9a-f-]{36}$/);
    expect(Buffer.from(result?.session?.record ?? []).toString('utf8')).toContain('fix the failing test');
  });

  it('a second request of the repository fetches nothing it already has', async () => {
    const served = (): number =>
      world.github.gitTraffic
        .filter((one) => one.service === 'git-upload-pack' && one.step === 'exchange')
        .reduce((sum, one) => sum + one.bytesServed, 0);
    const first = served();
    const again = await settled(world, (await ask(world, '@astraforge fix the failing test')).issue);
    expect(again.check.conclusion).toBe('success');
    expect(first).toBeGreaterThan(1_000);
    expect(served() - first).toBeLessThan(first / 4);
  });
}
