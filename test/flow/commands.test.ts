import { expect, it } from 'vitest';
import { answers } from './conversation-scenarios.ts';
import { onBothHosts, play } from './hosts/on-both-hosts.ts';

onBothHosts('commands in comments', (host) => {
  const scene = play(host, { scenario: answers });

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
