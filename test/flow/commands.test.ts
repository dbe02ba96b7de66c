import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { talkIn, type Talk } from './talk.ts';
import { openWorld, type World } from './world.ts';

describeWith(['codex', 'confinement'], 'commands in comments', () => {
  let world: World;
  let talk: Talk;
  beforeAll(async () => {
    const scenario = [waitsFor('never.txt', 'never'), writes('a.txt', 'a'), answers];
    world = await openWorld({ scenario, env: { PROVISIONER: 'local' } });
    talk = talkIn(world);
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  it.each([
    ['help', /\| `@astraforge run .*\|/],
    ['/astraforge help', /\| `@astraforge approve`/],
    ['status', /I have no request in this thread/],
    ['config', /no configuration file on the default branch/],
    ['explain', /@ada has `write`; `run_by: write` lets them start a run/],
    ['approve', /Nothing of mine waits for approval here/],
    ['reject because', /Nothing of mine waits for approval here/],
    ['cancel', /Nothing of mine is under way here/],
    ['retry', /I have done nothing here that I could try again/],
    ['review', /I review pull requests; this is an issue/],
    ['allow host registry.example.com', /There is no open request here/],
    ['aprove', /approve/],
  ])('`%s` is answered once, and starts nothing', async (command, answer) => {
    const number = await talk.issue();
    await talk.say(number, command.startsWith('/') ? command : `@astraforge ${command}`);
    await talk.answered(number, answer);
    expect(talk.ours(number)).toHaveLength(1);
    expect(talk.checks()).toHaveLength(0);
  });

  it(
    'status, explain and cancel speak of the request under way, and retry runs it again',
    { timeout: 240_000 },
    async () => {
      const number = await talk.issue();
      await talk.say(number, '@astraforge write never.txt slowly');
      await talk.answered(number, 'Working on it');
      await talk.say(number, '@astraforge status');
      await talk.answered(number, /\*\*Working on it\*\*\n\nRequest `[0-9a-f-]+` by ada, from `main`/);
      await talk.say(number, '@astraforge cancel');
      await talk.answered(number, /Cancelled by @/);
      const head = await talk.check('astraforge', ({ conclusion }) => conclusion === 'cancelled');
      expect(head.actions.map(({ identifier }) => identifier)).toEqual(['retry']);
      await talk.say(number, '@astraforge explain');
      await talk.answered(number, /Why it ended \(`cancelled`\)/);
      await talk.say(number, '@astraforge retry');
      await talk.check('astraforge', (check) => check.id !== head.id && check.status === 'in_progress');
      expect(talk.ours(number).filter(({ body }) => body.includes('astraforge:comment:'))).toHaveLength(1);
      await talk.say(number, '@astraforge cancel');
      await talk.check('astraforge', (check) => check.id !== head.id && check.conclusion === 'cancelled');
    },
  );

  it('`run` with options begins a request on its own branch base, as a draft', { timeout: 240_000 }, async () => {
    await world.github.commit({ repository: world.repository, branch: 'release', files: { 'r.txt': 'r\n' } });
    const number = await talk.issue();
    await talk.say(number, '@astraforge run --base release --draft write a.txt');
    const pull = await talk.pullFor(number);
    expect(pull.pull).toMatchObject({ baseBranch: 'release', draft: true });
    expect(talk.file(pull.pull.headBranch, 'r.txt')).toBe('r\n');
  });

  it('a model that is not allowed, or a branch that is not there, is said before anything runs', async () => {
    const number = await talk.issue();
    await talk.say(number, '@astraforge run --base nowhere write a.txt');
    await talk.answered(number, 'There is no branch `nowhere` here');
    await talk.say(number, '@astraforge run --model gpt-unknown write a.txt');
    await talk.answered(number, /The model `gpt-unknown` may not be used here/);
    expect(talk.pulls().filter(({ body }) => body.includes(`#${number}.`))).toEqual([]);
  });

  it('people who may only read are told so once for what they may not ask, and are helped', async () => {
    const number = await talk.issue('As a reader', 'rita');
    await talk.say(number, '@astraforge cancel', 'rita');
    await talk.answered(number, /people with `write` access/);
    await talk.say(number, '@astraforge approve', 'rita');
    await talk.say(number, '@astraforge help', 'rita');
    await talk.answered(number, /\| `@astraforge run/);
    expect(talk.ours(number)).toHaveLength(2);
  });
});
