import { expect, it } from 'vitest';
import { answers, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';
import { until } from './world.ts';

const LONG = { timeout: 600_000 };

onBothHosts('what asks for work', (host) => {
  const scene = play(host, {
    scenario: [writes('a.txt', 'one'), answers],
    files: { 'README.md': '# Triggers\n', 'doc.txt': 'doc\n' },
    config: 'triggers: { labels: [astraforge], assignee: true }\n',
  });

  it('a mention in a comment on an issue', LONG, async () => {
    const { place } = await scene().ask('Thanks! @astraforge write a.txt');
    expect(scene().file((await scene().changeFor(place)).head, 'a.txt')).toBe('one\n');
  });

  it('a mention in the description of a new issue', LONG, async () => {
    const { place } = await scene().openIssue({ body: 'It is missing.\n\n@astraforge write a.txt' });
    expect(scene().file((await scene().changeFor(place)).head, 'a.txt')).toBe('one\n');
  });

  it('a label that the configuration names, put on by somebody who may; no other label', LONG, async () => {
    const { place } = await scene().openIssue({ title: 'write a.txt' });
    const other = await scene().label(place, 'unrelated');
    expect(await scene().outcomeOf(other)).toMatch(/^ignored/);
    await scene().label(place, 'astraforge');
    const { body } = await scene().changeFor(place);
    expect(body).toContain('Requested by @ada');
  });

  it('a label by somebody who may not asks for nothing', async () => {
    const { place } = await scene().openIssue({ title: 'write a.txt', by: 'rita' });
    const marked = await scene().label(place, 'astraforge', 'rita');
    expect(await scene().outcomeOf(marked)).toBe('refused: role read');
    expect(scene().ours(place)).toHaveLength(0);
  });

  it('a label that a new issue comes with', LONG, async () => {
    const { place } = await scene().openIssue({ title: 'write a.txt', labels: ['astraforge'] });
    await scene().changeFor(place);
    await scene().quiet();
    expect(scene().progress(place)).toHaveLength(1);
  });

  it('an assignment to the bot, and to nobody else', LONG, async () => {
    const { place } = await scene().openIssue({ title: 'write a.txt' });
    expect(await scene().outcomeOf(await scene().assign(place, 'mia'))).toMatch(/^ignored/);
    await scene().assign(place, scene().ourLogin);
    await scene().changeFor(place);
  });

  it(
    'a mention on a change of a person, in its description, a comment or on a line: the work is put on top',
    LONG,
    async () => {
      await scene().push({ branch: 'topic', files: { 'doc.txt': 'doc\nmore\n' } });
      const { place } = await scene().openChange({ head: 'topic', body: '@astraforge write a.txt' });
      const { head, base } = await scene().changeFor(place);
      expect(base).toBe('topic');
      expect(scene().file(head, 'doc.txt')).toBe('doc\nmore\n');
      const said = await scene().commentOnLine(place, {
        path: 'doc.txt',
        line: 2,
        body: '@astraforge run write a.txt',
      });
      await scene().answered(place, /Number 2|Working on it|Opened/);
      await until('the reaction', () => scene().ourReactions(said).includes('eyes'));
    },
  );
});
