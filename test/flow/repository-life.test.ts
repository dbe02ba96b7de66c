import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isSettled } from '#core/domain/run/run.ts';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { until } from './world.ts';

const LONG = { timeout: 600_000 };
const SCENARIO = [
  waitsFor('slow.txt', '$HOME/go'),
  writes('more.txt', 'more'),
  writes('third.txt', 'three'),
  writes('a.txt', 'one'),
  answers,
];

onBothHosts('the life of repositories and comments', (host) => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'af-'));
  });
  const files = { 'README.md': '# Life\n' };
  const scene = play(host, () => ({ scenario: SCENARIO, files, env: { SANDBOX_DIRECTORY: directory } }));
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** Lets every agent that waits go on. */
  async function letGo(): Promise<void> {
    for (const room of await readdir(directory))
      await writeFile(path.join(directory, room, 'home', 'go'), '').catch(() => undefined);
  }

  it('renamed, then transferred: what is open goes on under the new name', LONG, async () => {
    const { place } = await scene().ask('@astraforge write a.txt');
    const change = await scene().changeFor(place);
    await scene().rename('renamed');
    await scene().comment(change, '@astraforge write more.txt');
    await until('the second file', () => scene().file(change.head, 'more.txt') === 'more\n');
    await scene().transfer();
    await scene().comment(change, '@astraforge write third.txt');
    await until('the third file', () => scene().file(change.head, 'third.txt') === 'three\n');
    expect(scene().changesFor(place)).toHaveLength(1);
    expect(scene().progress(place)).toHaveLength(1);
  });

  it.each([
    ['suspended', () => scene().suspend(), () => scene().unsuspend()],
    ['removed', () => scene().removeAccess(), () => scene().giveAccess()],
  ])('%s while a run works: nothing is published; given back, a retry carries it out', LONG, async (_, take, give) => {
    const { place } = await scene().ask('@astraforge write slow.txt slowly');
    await scene().answered(place, 'Working on it');
    const isOver = async () => isSettled((await scene().standing(place))?.run.status ?? 'queued');
    await take();
    await until('the run to end', async () => {
      // GitLab tells nobody, so its agent works on, and the end of its work is refused.
      if (host.provider === 'gitlab') await letGo();
      return isOver();
    });
    expect(await ended(place)).toBe(host.provider === 'github' ? 'access-lost' : null);
    expect(scene().changesFor(place)).toEqual([]);
    await give();
    await until('the request to be open', async () => (await ended(place)) === null);
    await scene().comment(place, '@astraforge retry');
    await until('the change', async () => {
      await letGo();
      return scene().changesFor(place).length === 1;
    });
  });
  const ended = async (place: Place) => (await scene().standing(place))?.request.ended;

  it('a comment deleted before its turn is not carried out', LONG, async () => {
    const { place } = await scene().ask('@astraforge write slow.txt slowly');
    await scene().answered(place, 'Working on it');
    const queued = await scene().comment(place, '@astraforge run write more.txt in its own request');
    await scene().answered(place, 'Number 2 in this thread');
    await scene().deleteComment(queued);
    await scene().quiet();
    await until('the first change', async () => {
      await letGo();
      return scene().changesFor(place).length > 0;
    });
    expect(await scene().over(place)).toMatchObject({ run: { status: 'cancelled', startedAt: null } });
    expect(scene().changesFor(place)).toHaveLength(1);
  });
});
