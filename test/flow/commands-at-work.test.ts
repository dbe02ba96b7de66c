import { expect, it } from 'vitest';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';

const LONG = { timeout: 600_000 };

onBothHosts('commands to a request', (host) => {
  const scene = play(host, { scenario: [waitsFor('never.txt', 'never'), writes('a.txt', 'a'), answers] });

  it(
    'status, allow host, explain and cancel speak of the request under way, and retry runs it again',
    LONG,
    async () => {
      const { place } = await scene().ask('@astraforge write never.txt slowly');
      await scene().answered(place, 'Working on it');
      await scene().comment(place, '@astraforge status');
      await scene().answered(place, /\*\*Working on it\*\*\n\nRequest `[0-9a-f-]+` by ada, from `main`/);
      await scene().comment(place, '@astraforge allow host registry.example.com');
      await scene().answered(place, '`registry.example.com` from the next run of this request on');
      await scene().comment(place, '@astraforge allow host registry.example.com repo', 'mia');
      await scene().answered(place, '`registry.example.com` for every later run in this repository');
      await scene().comment(place, '@astraforge cancel');
      await scene().answered(place, /Cancelled by @/);
      await scene().checked(place, 'cancelled');
      await scene().comment(place, '@astraforge explain');
      await scene().answered(place, /Why it ended \(`cancelled`\)/);
      await scene().comment(place, '@astraforge retry');
      await scene().checked(place, 'in_progress');
      expect(scene().progress(place)).toHaveLength(1);
      await scene().comment(place, '@astraforge cancel');
      await scene().checked(place, 'cancelled');
    },
  );

  it('the buttons cancel and retry do what the commands do', LONG, async () => {
    const { place } = await scene().ask('@astraforge write never.txt slowly');
    await scene().answered(place, 'Working on it');
    await scene().comment(place, '@astraforge cancel');
    await scene().checked(place, 'cancelled');
    await scene().press(place, 'retry', 'rita');
    await scene().answered(place, /@rita may not retry this/);
    await scene().press(place, 'retry');
    await scene().checked(place, 'in_progress');
    expect(scene().progress(place)).toHaveLength(1);
    await scene().comment(place, '@astraforge cancel');
    await scene().checked(place, 'cancelled');
  });

  it('`run` with options begins a request on its own branch base, as a draft', LONG, async () => {
    await scene().push({ branch: 'release', files: { 'r.txt': 'r\n' } });
    const { place } = await scene().ask('@astraforge run --base release --draft write a.txt');
    const change = await scene().changeFor(place);
    expect(change).toMatchObject({ base: 'release', isDraft: true });
    expect(scene().file(change.head, 'r.txt')).toBe('r\n');
    expect(scene().file(change.head, 'a.txt')).toBe('a\n');
  });

  it('`fix` with words makes the change that they name', LONG, async () => {
    const { place } = await scene().ask('@astraforge fix what is missing: write a.txt');
    expect(scene().file((await scene().changeFor(place)).head, 'a.txt')).toBe('a\n');
  });
});
