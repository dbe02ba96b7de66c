import { expect, it } from 'vitest';
import { GATE_NAME } from '#core/domain/change/gate-check.ts';
import { traitsOf } from '#core/domain/host/host-traits.ts';
import { branchOf } from '#core/domain/request/work-request.ts';
import { answers, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import type { Place } from './hosts/said.ts';
import { until } from './world.ts';

const SCENARIO = [...['a.txt', 'b.txt', 'c.txt'].map((name) => writes(name, 'one')), answers];
const FILES = { 'README.md': '# Taking back\n' };
const LONG = { timeout: 600_000 };

onBothHosts('a merged change that is taken back', (host) => {
  const scene = play(host, { scenario: SCENARIO, files: FILES });

  const opened = async (file: string) => {
    const { place } = await scene().ask(`@astraforge write ${file}`);
    const change = await scene().changeFor(place);
    await scene().answered(place, 'The change is ready for review');
    return { place, change };
  };
  /** A change of ours that was merged. */
  const merged = async (file: string) => {
    const { place, change } = await opened(file);
    await scene().merge(change);
    await scene().answered(place, 'The change was merged');
    await scene().quiet();
    return { place, change, sha: scene().git('rev-parse', 'main').trim() };
  };
  const idOf = async (place: Place) => (await scene().standing(place))?.request.id ?? '';
  const tree = (commit: string): string => scene().git('rev-parse', `${commit}^{tree}`).trim();

  it('on the issue: a second change undoes the first, once, and can be undone itself', LONG, async () => {
    const { place, change, sha } = await merged('a.txt');
    const asked = scene().model.requests.length;
    const said = await scene().comment(place, '/astraforge revert');
    const revert = await until('a second change', () => scene().changesFor(place)[1]);
    await scene().answered(place, /Opened[^]*This takes back/);
    expect(revert).toMatchObject({ title: 'Revert "Write a.txt"', base: 'main', isDraft: false, isOurs: true });
    const name = `${traitsOf(host.provider).changeWord} ${traitsOf(host.provider).changeSign}${change.number}`;
    for (const text of [revert.body, await scene().shown(place)]) {
      expect(text).toContain(`takes back ${name}, which came into \`main\` as commit ${sha}`);
      expect(text).not.toContain('Closes');
    }
    expect(tree(revert.head)).toBe(tree(`${sha}^1`));
    expect(scene().git('diff', '--name-status', 'main', revert.head)).toBe('D\ta.txt\n');
    expect(scene().git('log', '-1', '--format=%B', revert.head)).toContain(`This reverts commit ${sha}.\n`);
    await scene().checked(place, 'success');
    expect(scene().model.requests.length).toBe(asked);

    const again = await scene().comment(place, '@astraforge revert');
    expect(await scene().outcomeOf(again)).toBe('taken back already');
    await scene().redeliver(said);
    await scene().quiet();
    await scene().answered(place, `I have proposed already to take ${name} back`);
    expect(scene().changesFor(place)).toHaveLength(2);

    await scene().merge(revert);
    await scene().quiet();
    expect(scene().file('main', 'a.txt')).toBeUndefined();
    await scene().comment(change, '@astraforge revert');
    await scene().answered(change, 'That was taken back already');
    await scene().comment(revert, '@astraforge revert');
    const anew = await scene().changeFor(revert);
    expect(anew.title).toBe('Revert "Revert "Write a.txt""');
    expect(scene().git('diff', '--name-status', 'main', anew.head)).toBe('A\ta.txt\n');
  });

  it('is refused for who may not, what is not merged and what is not ours, with one answer each', LONG, async () => {
    const { place, change } = await opened('b.txt');
    await scene().comment(place, '@astraforge revert', 'rita');
    await scene().answered(place, /people with `write` access to [^;]*; @.?rita has `read`/);
    await scene().comment(change, '@astraforge revert');
    await scene().answered(change, 'Nothing was merged that I could take back');
    await scene().push({ branch: 'topic', files: { 'topic.txt': 'a\n' } });
    const { place: topic } = await scene().openChange({ head: 'topic' });
    await scene().comment(topic, '@astraforge revert');
    await scene().answered(topic, 'I take back only what I have proposed');
    const { place: empty } = await scene().ask('@astraforge revert');
    await scene().answered(empty, 'for this issue that I could take back');
    expect(scene().changesFor(place)).toHaveLength(1);
  });

  it('where others have changed the same places it names them, and can be said again', LONG, async () => {
    const { place } = await merged('b.txt');
    await scene().push({ branch: 'main', files: { 'b.txt': 'two\n' } });
    await scene().comment(place, '@astraforge revert');
    await scene().answered(place, 'Git cannot take it back by itself: `b.txt`.');
    await scene().checked(place, 'failure');
    expect((await scene().branches()).has(branchOf(await idOf(place)))).toBe(false);
    await scene().push({ branch: 'main', files: { 'b.txt': 'one\n' } });
    await scene().comment(place, '@astraforge revert');
    const revert = await until('a second change', () => scene().changesFor(place)[1]);
    expect(scene().git('diff', '--name-status', 'main', revert.head)).toBe('D\tb.txt\n');
    await scene().merge(revert);
    await scene().quiet();
    const { place: later } = await merged('c.txt');
    await scene().push({ branch: 'main', files: { 'c.txt': null } });
    await scene().comment(later, '@astraforge revert');
    await scene().answered(later, /Nothing is left to take back[^]*Nothing of /);
  });

  it(
    'waits for approval where the repository wants it: the diff is shown, and nothing is pushed before',
    LONG,
    async () => {
      const { place } = await merged('a.txt');
      await scene().configure('approval: publish\n');
      await scene().quiet();
      await scene().comment(place, '@astraforge revert');
      await scene().answered(place, 'The change waits for approval');
      await scene().checked(place, 'action_required', GATE_NAME);
      const branch = branchOf(await idOf(place));
      expect(await scene().shown(place)).toContain('deleted file mode 100644');
      expect((await scene().branches()).has(branch)).toBe(false);
      await scene().comment(place, '@astraforge approve', 'mia');
      await until('a second change', () => scene().changesFor(place)[1]);
      expect(scene().git('diff', '--name-status', 'main', branch)).toBe('D\ta.txt\n');
    },
  );
});
