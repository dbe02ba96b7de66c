import { expect, it } from 'vitest';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';

const LONG = { timeout: 240_000 };

onBothHosts('commands in comments', (host) => {
  const scene = play(host, { scenario: [waitsFor('never.txt', 'never'), writes('a.txt', 'a'), answers] });

  it.each([
    ['help', /\| `@astraforge run .*\|/],
    ['/astraforge help', /\| `@astraforge approve`/],
    ['status', /I have no request in this thread/],
    ['config', /no configuration file on the default branch/],
    ['explain', /@ada has `write`; `run_by: write` lets them start a run/],
    ['why', /Their requests need approval: `none`/],
    ['approve', /Nothing of mine waits for approval here/],
    ['reject because', /Nothing of mine waits for approval here/],
    ['cancel', /Nothing of mine is under way here/],
    ['retry', /I have done nothing here that I could try again/],
    ['review', /I review (?:pull|merge) requests; this is an issue/],
    ['plan', /plan.* needs/],
    ['allow host registry.example.com', /There is no open request here/],
    ['aprove', /approve/],
  ])('`%s` is answered once, and starts nothing', async (command, answer) => {
    const { place } = await scene().ask(command.startsWith('/') ? command : `@astraforge ${command}`);
    await scene().answered(place, answer);
    await scene().quiet();
    expect(scene().ours(place)).toHaveLength(1);
    expect(await scene().standing(place)).toBeUndefined();
  });

  it('status, explain and cancel speak of the request under way, and retry runs it again', LONG, async () => {
    const { place } = await scene().ask('@astraforge write never.txt slowly');
    await scene().answered(place, 'Working on it');
    await scene().comment(place, '@astraforge status');
    await scene().answered(place, /\*\*Working on it\*\*\n\nRequest `[0-9a-f-]+` by ada, from `main`/);
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
  });

  it('the buttons cancel and retry do what the commands do', LONG, async () => {
    const { place } = await scene().ask('@astraforge write never.txt slowly');
    await scene().answered(place, 'Working on it');
    await scene().comment(place, '@astraforge cancel');
    await scene().checked(place, 'cancelled');
    await scene().press(place, 'retry', 'rita');
    await scene().answered(place, /@rita may not retry this/);
    await scene().press(place, 'retry');
    await scene().checked(place, 'in_progress');
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

  it('a model that is not allowed, or a branch that is not there, is said before anything runs', async () => {
    const { place } = await scene().ask('@astraforge run --base nowhere write a.txt');
    await scene().answered(place, 'There is no branch `nowhere` here');
    await scene().comment(place, '@astraforge run --model gpt-unknown write a.txt');
    await scene().answered(place, /The model `gpt-unknown` may not be used here/);
    expect(scene().changesFor(place)).toEqual([]);
  });

  it('people who may only read are told so once for what they may not ask, and are helped', async () => {
    const { place } = await scene().ask('@astraforge cancel', 'rita');
    await scene().answered(place, /people with `write` access/);
    await scene().comment(place, '@astraforge approve', 'rita');
    await scene().comment(place, '@astraforge help', 'rita');
    await scene().answered(place, /\| `@astraforge run/);
    await scene().quiet();
    expect(scene().ours(place)).toHaveLength(2);
  });
});
