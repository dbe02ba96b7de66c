import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeName } from '#core/domain/host/host-traits.ts';
import { say, shell, type Scenario } from '../fakes/model/scenario.ts';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import { until } from './world.ts';

const LONG = { timeout: 600_000 };
/** Does what the log of a failed job asks for; seen only by whoever was told the log. */
const mends: Scenario = {
  name: 'mends',
  when: /AssertionError: mended\.txt is missing/,
  steps: [{ items: [shell("printf 'mended\\n' > mended.txt")] }, { items: [say('I wrote mended.txt.')] }],
};
const SCENARIO = [
  mends,
  waitsFor('slow.txt', '$HOME/go'),
  writes('more.txt', 'more'),
  writes('third.txt', 'three'),
  writes('README.md', 'ours'),
  writes('first.txt', 'one'),
  answers,
];

onBothHosts('further words', (host) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'af-'));
  });
  const scene = play(host, () => ({ scenario: SCENARIO, env: { SANDBOX_DIRECTORY: directory } }));
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** An issue whose request has made its change. */
  async function opened(words = '@astraforge write first.txt') {
    const { place } = await scene().ask(words);
    const change = await scene().changeFor(place);
    await scene().answered(place, 'The change is ready for review');
    return { place, change, branch: change.head };
  }
  const updated = (number: number) => `Updated ${changeName(host.provider, number)}`;
  async function letGo(): Promise<void> {
    for (const room of await readdir(directory))
      await writeFile(path.join(directory, room, 'home', 'go'), '').catch(() => undefined);
  }

  it('a comment on the pull request continues the same conversation on the same branch', LONG, async () => {
    const { place, change, branch } = await opened();
    const before = scene().model.requests.length;
    const said = await scene().comment(change, '@astraforge write more.txt as well');
    await scene().answered(place, updated(change.number));
    expect(scene().file(branch, 'first.txt')).toBe('one\n');
    expect(scene().file(branch, 'more.txt')).toBe('more\n');
    expect(
      scene()
        .changes()
        .filter(({ head }) => head === branch),
    ).toHaveLength(1);
    expect(scene().progress(place)).toHaveLength(1);
    expect(scene().ourReactions(said)).toEqual(['eyes']);
    const asked = JSON.stringify(
      scene()
        .model.requests.slice(before)
        .map(({ body }) => body),
    );
    expect(asked).toContain('I wrote first.txt.');
    await scene().comment(place, '@astraforge write third.txt, said on the issue');
    await until('the third file', () => scene().file(branch, 'third.txt') !== undefined);
    expect(scene().progress(change)).toHaveLength(0);
  });

  it('words on a line of the change go on with it, and the agent is told file and line', LONG, async () => {
    const { place, change, branch } = await opened();
    const before = scene().model.requests.length;
    const body = '@astraforge write more.txt because of this line';
    const said = await scene().commentOnLine(change, { path: 'first.txt', line: 1, body });
    await scene().answered(place, updated(change.number));
    expect(scene().file(branch, 'more.txt')).toBe('more\n');
    expect(scene().ourReactions(said)).toEqual(['eyes']);
    const asked = JSON.stringify(
      scene()
        .model.requests.slice(before)
        .map((request) => request.body),
    );
    expect(asked).toMatch(/first\.txt[^]*because of this line|because of this line[^]*first\.txt/);
  });

  it('words said while it works are its next turn, in the same run', LONG, async () => {
    const { place } = await scene().ask('@astraforge write slow.txt slowly');
    await scene().answered(place, 'Working on it');
    const said = await scene().comment(place, '@astraforge write more.txt meanwhile');
    await until('the reaction', () => scene().ourReactions(said).length === 1);
    await letGo();
    const { head } = await scene().changeFor(place);
    expect(scene().file(head, 'slow.txt')).toBe('slow\n');
    expect(scene().file(head, 'more.txt')).toBe('more\n');
    expect(scene().commits(head)).toHaveLength(2);
  });

  it('a commit that a person pushed to the branch is kept, and ours is merged with it', LONG, async () => {
    const { place, change, branch } = await opened();
    await scene().push({ branch, files: { 'human.txt': 'mine\n' }, by: 'mia' });
    await scene().comment(change, '@astraforge write more.txt on top');
    await scene().answered(place, updated(change.number));
    expect(scene().file(branch, 'human.txt')).toBe('mine\n');
    expect(scene().file(branch, 'more.txt')).toBe('more\n');
  });

  it('a job that failed on the change is mended by what its log says', LONG, async () => {
    const { place, change, branch } = await opened();
    const log = 'AssertionError: mended.txt is missing\n';
    await scene().failJob({ branch, sha: change.headSha, name: 'unit tests', log });
    await scene().comment(change, '@astraforge fix');
    await until('the mended file', () => scene().file(branch, 'mended.txt') === 'mended\n');
    expect(scene().file(branch, 'first.txt')).toBe('one\n');
    expect(
      scene()
        .changesFor(place)
        .map(({ number }) => number),
    ).toEqual([change.number]);
  });

  it('two requests in one thread are done one after the other, and the second says its place', LONG, async () => {
    const { place } = await scene().ask('@astraforge write slow.txt slowly');
    await scene().answered(place, 'Working on it');
    await scene().comment(place, '@astraforge run write third.txt in a request of its own');
    await scene().answered(place, 'Number 2 in this thread');
    await letGo();
    await until('both changes', () => scene().changesFor(place).length === 2);
    expect(scene().progress(place)).toHaveLength(2);
    expect(scene().model.unexpected).toEqual([]);
  });
});
