import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { changeName } from '#core/domain/host/host-traits.ts';
import type { Standing } from '#core/ports/conversations.ts';
import { branchOf } from '#core/domain/request/work-request.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { GITHUB, play, type HostChoice } from './hosts/on-both-hosts.ts';
import type { Said } from './hosts/said.ts';
import type { Change } from './hosts/scene.ts';

/** What a commit says about its author and about `ada`, who asked: a host without addresses of its own names nobody's. */
const PEOPLE: Readonly<Record<HostChoice['provider'], readonly RegExp[]>> = {
  github: [/^astraforge\[bot\] <\d+\+astraforge\[bot\]@users\.noreply\./, /\nRequested-by: ada\n/],
  gitlab: [/^\S+ <\S+@\S+>\n/, /\nRequested-by: ada\n/],
};

const PUBLIC_URL = 'https://forge.example.test';

/** The main job as its users see it, on whatever the environment names; call it inside a `describe`. */
export function mainJobFlow(environment: () => Promise<Readonly<Record<string, string>>>, host = GITHUB): void {
  let env: Readonly<Record<string, string>>;
  let said: Said;
  let standing: Standing;
  let change: Change;

  beforeAll(async () => {
    env = await environment();
  });
  const scene = play(host, () => ({ scenario: fixFailingTest, env: { PUBLIC_URL, ...env } }));
  beforeAll(async () => {
    said = await scene().ask('@astraforge fix the failing test');
    standing = await scene().over(said.place);
    change = await scene().changeFor(said.place);
  });

  it('a comment becomes one change from the request’s own branch', () => {
    expect(scene().changes()).toHaveLength(1);
    expect(change).toMatchObject({ head: branchOf(standing.request.id), base: 'main', title: 'Fix the failing test' });
  });

  it('the change’s diff makes the failing test pass', async () => {
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
      expect(run('git', 'clone', '--quiet', scene().repository.directory, '.')).toBe(0);
      expect(run(process.execPath, '--test')).toBe(1);
      expect(run('git', 'checkout', '--quiet', `origin/${change.head}`)).toBe(0);
      expect(run(process.execPath, '--test')).toBe(0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('the change says what was asked, done, checked, spent, and where the log is', async () => {
    const [progress] = scene().ours(said.place);
    const check = await scene().checked(said.place, 'success');
    for (const part of [
      '> fix the failing test',
      `Closes #${said.place.number}.`,
      '@ada',
      'rounds to whole seconds first',
      '`node --test',
      '11,550 tokens',
      host.provider === 'github' ? `/runs/${check.id}` : `#note_${progress?.id})`,
    ])
      expect(change.body).toContain(part);
  });

  it('the check is green and on the head of the base, and the log can be read', async () => {
    const check = await scene().checked(said.place, 'success');
    expect(check.name).toBe('astraforge');
    expect(check.sha).toBe((await scene().branches()).get('main'));
    expect(check.title).toBe(`Opened ${changeName(host.provider, change.number)}`);
    const text = await scene().shown(said.place);
    for (const part of ['> fix the failing test', '$ node --test', 'pass 7', '· Opened', '✓ Run completed'])
      expect(text).toContain(part);
  });

  it('check, comment and change lead to the run on the dashboard', async () => {
    const page = `${PUBLIC_URL}/runs/${standing.run.id}`;
    expect((await scene().checked(said.place, 'success')).detailsUrl).toBe(page);
    for (const text of [scene().progress(said.place)[0]?.body, change.body])
      expect(text?.endsWith(`\n\n[This run on the dashboard](${page})`)).toBe(true);
  });

  it('there is one progress comment, edited in place, and an eyes reaction on the comment that asked', () => {
    expect(scene().ours(said.place)).toHaveLength(1);
    expect(scene().ours(said.place)[0]?.body).toContain(`Opened ${changeName(host.provider, change.number)}`);
    expect(scene().ourReactions(said)).toEqual(['eyes']);
  });

  it('every write happened once, and every call was as the host describes it', () => {
    const made = ['check.create', 'comment.create', 'pull.create', 'push', 'reaction.create'];
    expect(scene().created().toSorted()).toEqual(made);
    expect(() => scene().assertNoViolations()).not.toThrow();
    expect(scene().model.unexpected).toEqual([]);
  });

  it('the commit has a real author and names who asked', () => {
    const commit = scene().git('log', '-1', '--format=%an <%ae>%n%B', change.head);
    expect(commit).toContain(`Request: ${standing.request.id}`);
    for (const person of PEOPLE[host.provider]) expect(commit).toMatch(person);
  });

  it('the recorded log begins with the prompt, ends with one final event and counts every token', async () => {
    const { store } = scene().astraforge.shared;
    const log = await store.log.readLog(standing.request.id, 0, 1_000);
    expect(log[0]?.event).toMatchObject({ v: 1, type: 'user_prompt', message: 'fix the failing test' });
    expect(log.filter(({ event }) => event.final === true)).toHaveLength(1);
    expect(log.at(-1)?.event).toMatchObject({ type: 'completed', final: true });
    const types = new Set(log.map(({ event }) => event.type));
    for (const type of ['status', 'command', 'log', 'assistant_message']) expect(types).toContain(type);
    const { request, run } = standing;
    expect(run.usage).toMatchObject({ inputTokens: 11_000, cachedInputTokens: 4_400, outputTokens: 550 });
    expect(request.state).toBe('MR_OPENED');
  });

  it('the session of the run is kept for follow-ups', async () => {
    const result = await scene().astraforge.shared.store.runs.readResult(standing.run.id);
    expect(result?.session?.threadId).toMatch(/^[0-9a-f-]{36}$/);
    expect(Buffer.from(result?.session?.record ?? []).toString('utf8')).toContain('fix the failing test');
  });

  it('a second request of the repository fetches nothing it already has', async () => {
    const first = scene().bytesFetched();
    const again = await scene().ask('@astraforge fix the failing test');
    expect((await scene().over(again.place)).run.status).toBe('succeeded');
    expect(first).toBeGreaterThan(1_000);
    expect(scene().bytesFetched() - first).toBeLessThan(first / 4);
  });
}
