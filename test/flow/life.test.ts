import { expect, it } from 'vitest';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { until } from './world.ts';

const SCENARIO = [
  waitsFor('slow.txt', 'never'),
  writes('more.txt', 'more'),
  writes('merged.txt', 'm'),
  writes('a.txt', 'one'),
  answers,
];
const LONG = { timeout: 600_000 };

onBothHosts('the life of issues and changes', (host) => {
  const scene = play(host, { scenario: SCENARIO, files: { 'README.md': '# Life\n' } });

  async function opened(file = 'a.txt') {
    const { place } = await scene().ask(`@astraforge write ${file}`);
    const change = await scene().changeFor(place);
    await scene().answered(place, 'The change is ready for review');
    return { place, change };
  }
  const ended = async (place: Place) => (await scene().standing(place))?.request.ended;

  it('merged: the request is done, and further words are a new one', LONG, async () => {
    const { place, change } = await opened('merged.txt');
    await scene().merge(change);
    await scene().answered(place, 'The change was merged');
    expect(await scene().standing(place)).toMatchObject({ request: { state: 'DONE', ended: 'merged' } });
    await scene().comment(place, '@astraforge write more.txt');
    await until('a second change', () => scene().changesFor(place).length === 2);
    expect(scene().progress(place)).toHaveLength(2);
  });

  it('closed and opened again: further words wait for neither, then go on with it', LONG, async () => {
    const { place, change } = await opened();
    await scene().close(change);
    await scene().answered(place, 'This was closed');
    expect(await ended(place)).toBe('closed');
    await scene().reopen(change);
    await until('it to be open', async () => (await ended(place)) === null);
    await scene().comment(change, '@astraforge write more.txt');
    await until('the second file', () => scene().file(change.head, 'more.txt') === 'more\n');
    expect(scene().progress(place)).toHaveLength(1);
  });

  it('the branch deleted: the request is over', LONG, async () => {
    const { place, change } = await opened();
    await scene().deleteBranch(change.head);
    await scene().answered(place, 'The branch was deleted');
    expect(await ended(place)).toBe('branch-deleted');
  });

  it('an issue closed while its run works: the run is cancelled and says by whom', LONG, async () => {
    const { place } = await scene().ask('@astraforge write slow.txt slowly');
    await scene().answered(place, 'Working on it');
    await scene().close(place, 'rita');
    const { body } = await scene().answered(place, /The issue was closed by @.?rita before this was done/);
    expect(body).toContain('Cancelled');
    await scene().checked(place, 'cancelled');
  });

  it('words edited before their turn are taken back', LONG, async () => {
    const { place } = await scene().ask('@astraforge write slow.txt slowly');
    await scene().answered(place, 'Working on it');
    const queued = await scene().comment(place, '@astraforge run write more.txt in its own request');
    await scene().answered(place, 'Number 2 in this thread');
    await scene().editComment(queued, 'never mind');
    await scene().answered(place, /edited the comment that asked for this before it began/);
    const words = await scene().comment(place, '@astraforge and then write more.txt');
    await until('the reaction', () => scene().ourReactions(words).length > 0);
    await scene().editComment(words, 'never mind that either');
    await until('them to be taken back', async () => {
      const { conversations } = scene().astraforge.shared.store;
      return (await conversations.waiting((await scene().standing(place))?.request.id ?? '')).length === 0;
    });
    await scene().comment(place, '@astraforge cancel');
    await scene().answered(place, /Cancelled by @.?ada/);
    expect(scene().changesFor(place)).toEqual([]);
  });
});
