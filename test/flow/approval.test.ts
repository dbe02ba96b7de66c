import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { answers, plans, writes } from './conversation-scenarios.ts';
import { talkIn, type Talk } from './talk.ts';
import { openWorld, until, type World } from './world.ts';

const SCENARIO = [plans, writes('more.txt', 'more'), writes('planned.txt', 'planned'), writes('a.txt', 'one'), answers];
const GATE = 'astraforge approval';

function openTalk(config: string) {
  let world: World;
  let talk: Talk;
  beforeAll(async () => {
    const files = { 'README.md': '# Approvals\n', '.github/astraforge.yml': config };
    world = await openWorld({ scenario: SCENARIO, files, env: { PROVISIONER: 'local' } });
    world.github.setPermission(world.repository, 'mia', 'maintain');
    talk = talkIn(world);
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });
  return { world: () => world, talk: () => talk };
}

describeWith(['codex', 'confinement'], 'approval before anything is published', () => {
  const { world, talk } = openTalk('approval: publish\n');

  async function waiting(words: string) {
    const number = await talk().issue();
    await talk().say(number, words);
    await talk().answered(number, 'The change waits for approval');
    const key = /astraforge:comment:([0-9a-f-]+)/.exec(talk().ours(number)[0]?.body ?? '')?.[1] ?? '';
    const gate = await talk().check(GATE, (check) => check.externalId === `gate:${key}`);
    return { number, gate, branch: `astraforge/${key}` };
  }
  const branches = () => world().github.branches(world().repository);

  it('shows the diff, pushes nothing, and publishes what somebody else approves', { timeout: 240_000 }, async () => {
    const { number, gate, branch } = await waiting('@astraforge write a.txt');
    expect(gate).toMatchObject({ status: 'completed', conclusion: 'action_required' });
    expect(gate.output.text).toContain('+one');
    expect(gate.actions.map(({ identifier }) => identifier)).toEqual(['approve', 'cancel']);
    expect((await branches()).has(branch)).toBe(false);

    await talk().say(number, '@astraforge approve');
    await talk().answered(number, 'nobody approves their own request here');
    expect((await branches()).has(branch)).toBe(false);

    await talk().say(number, '@astraforge approve', 'mia');
    await talk().pullFor(number);
    expect(talk().file(branch, 'a.txt')).toBe('one\n');
    const done = await talk().check(GATE, ({ id, conclusion }) => id === gate.id && conclusion === 'success');
    expect(done.output.title).toBe('The change was approved by mia');
    expect(done.actions).toEqual([]);
  });

  it('its buttons do what the commands do, for people who may', { timeout: 240_000 }, async () => {
    const { number, gate, branch } = await waiting('@astraforge write a.txt again');
    const { github, repository } = world();
    await github.pressButton({ repository, by: 'rita', check: gate.id, identifier: 'approve' });
    await talk().answered(number, /@rita may not approve this/);
    await github.pressButton({ repository, by: 'mia', check: gate.id, identifier: 'approve' });
    await talk().pullFor(number);
    expect((await branches()).has(branch)).toBe(true);
  });

  it('a rejection ends it with its reason, and nothing is pushed', { timeout: 240_000 }, async () => {
    const { number, branch } = await waiting('@astraforge write a.txt for nothing');
    await talk().say(number, '@astraforge reject it is too early', 'mia');
    await talk().answered(number, /Rejected by @.?mia: it is too early/);
    expect((await branches()).has(branch)).toBe(false);
  });

  it('further words make it anew, and what was shown before cannot be approved', { timeout: 240_000 }, async () => {
    const { number, gate, branch } = await waiting('@astraforge write a.txt and wait');
    await talk().say(number, '@astraforge write more.txt too');
    const next = await talk().check(
      GATE,
      ({ id, conclusion, output }) =>
        id !== gate.id && conclusion === 'action_required' && (output.text ?? '').includes('more.txt'),
    );
    expect(next.output.text).toContain('+one');
    await talk().say(number, '@astraforge approve', 'mia');
    await until('both files', () => talk().file(branch, 'more.txt') === 'more\n');
    expect(talk().file(branch, 'a.txt')).toBe('one\n');
  });

  it('a change of the rules voids it: it is judged and shown again', { timeout: 240_000 }, async () => {
    const { number, branch } = await waiting('@astraforge write a.txt under old rules');
    const files = { '.github/astraforge.yml': 'approval: publish\nlimits: { files: 3 }\n' };
    await world().github.commit({ repository: world().repository, branch: 'main', files });
    await talk().say(number, '@astraforge approve', 'mia');
    await talk().answered(number, 'has changed since this was shown');
    await talk().answered(number, 'The change waits for approval');
    expect((await branches()).has(branch)).toBe(false);
    await until('the new one to wait', async () => {
      await talk().say(number, '@astraforge approve', 'mia');
      return (await branches()).has(branch);
    });
  });

  it('who lost the right meanwhile has approved nothing', { timeout: 240_000 }, async () => {
    const { number, branch } = await waiting('@astraforge write a.txt at last');
    world().github.setPermission(world().repository, 'mia', 'read');
    await talk().say(number, '@astraforge approve', 'mia');
    await talk().answered(number, /people with `write` access/);
    expect((await branches()).has(branch)).toBe(false);
    world().github.setPermission(world().repository, 'mia', 'maintain');
  });
});

describeWith(['codex', 'confinement'], 'a plan before any code', () => {
  const { talk } = openTalk('');

  it('is posted, and carried out only when somebody else has approved it', { timeout: 240_000 }, async () => {
    const number = await talk().issue();
    await talk().say(number, '@astraforge plan write planned.txt');
    const shown = await talk().answered(number, 'The plan waits for approval');
    expect(shown.body).toContain('> 1. Write planned.txt.');
    const gate = await talk().check(GATE, ({ conclusion }) => conclusion === 'action_required');
    expect(gate.output.text).toContain('Check that it is there');
    await talk().say(number, '@astraforge approve', 'mia');
    const pull = await talk().pullFor(number);
    expect(talk().file(pull.pull.headBranch, 'planned.txt')).toBe('planned\n');
  });
});
