import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { talkIn, type Talk } from './talk.ts';
import { openWorld, until, type World } from './world.ts';

describeWith(['codex', 'confinement'], 'further words', () => {
  let world: World;
  let talk: Talk;
  let directory: string;
  beforeAll(async () => {
    const scenario = [
      waitsFor('slow.txt', '$HOME/go'),
      writes('more.txt', 'more'),
      writes('third.txt', 'three'),
      writes('README.md', 'ours'),
      writes('first.txt', 'one'),
      answers,
    ];
    directory = await mkdtemp(path.join(tmpdir(), 'af-'));
    world = await openWorld({ scenario, env: { PROVISIONER: 'local', SANDBOX_DIRECTORY: directory } });
    talk = talkIn(world);
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  /** An issue whose request has made its pull request. */
  async function opened(words = '@astraforge write first.txt') {
    const number = await talk.issue();
    await talk.say(number, words);
    const pull = await talk.pullFor(number);
    await talk.answered(number, 'The change is ready for review');
    return { number, pull: pull.number, branch: pull.pull.headBranch };
  }

  const progress = (number: number) => talk.ours(number).filter(({ body }) => body.includes('astraforge:comment:'));

  it(
    'a comment on the pull request continues the same conversation on the same branch',
    { timeout: 240_000 },
    async () => {
      const { number, pull, branch } = await opened();
      const before = world.model.requests.length;
      const { commentId } = await talk.say(pull, '@astraforge write more.txt as well');
      await talk.answered(number, `Updated pull request #${pull}`);
      expect(talk.file(branch, 'first.txt')).toBe('one\n');
      expect(talk.file(branch, 'more.txt')).toBe('more\n');
      expect(talk.pulls().filter((one) => one.pull.headBranch === branch)).toHaveLength(1);
      expect(progress(number)).toHaveLength(1);
      const eyes = world.github.reactions(world.repository, { comment: commentId });
      expect(eyes.map(({ content }) => content)).toEqual(['eyes']);
      const asked = JSON.stringify(world.model.requests.slice(before).map(({ body }) => body));
      expect(asked).toContain('I wrote first.txt.');
      await talk.say(number, '@astraforge write third.txt, said on the issue');
      await until('the third file', () => talk.file(branch, 'third.txt') !== undefined);
      expect(progress(pull)).toHaveLength(0);
    },
  );

  it('words said while it works are its next turn, in the same run', { timeout: 240_000 }, async () => {
    const number = await talk.issue();
    await talk.say(number, '@astraforge write slow.txt slowly');
    await talk.answered(number, 'Working on it');
    const { commentId } = await talk.say(number, '@astraforge write more.txt meanwhile');
    await until('the reaction', () => world.github.reactions(world.repository, { comment: commentId }).length === 1);
    await letGo();
    const pull = await talk.pullFor(number);
    expect(talk.file(pull.pull.headBranch, 'slow.txt')).toBe('slow\n');
    expect(talk.file(pull.pull.headBranch, 'more.txt')).toBe('more\n');
    expect(talk.commits(pull.pull.headBranch)).toHaveLength(2);
  });

  it(
    'a commit that a person pushed to the branch is kept, and ours is merged with it',
    { timeout: 240_000 },
    async () => {
      const { number, pull, branch } = await opened();
      await world.github.commit({ repository: world.repository, branch, files: { 'human.txt': 'mine\n' } });
      await talk.say(pull, '@astraforge write more.txt on top');
      await talk.answered(number, 'Updated pull request');
      expect(talk.file(branch, 'human.txt')).toBe('mine\n');
      expect(talk.file(branch, 'more.txt')).toBe('more\n');
    },
  );

  it(
    'two requests in one thread are done one after the other, and the second says its place',
    { timeout: 240_000 },
    async () => {
      const number = await talk.issue();
      await talk.say(number, '@astraforge write slow.txt slowly');
      await talk.answered(number, 'Working on it');
      await talk.say(number, '@astraforge run write third.txt in a request of its own');
      await talk.answered(number, 'Number 2 in this thread');
      await letGo();
      await until(
        'both pull requests',
        () => talk.pulls().filter((one) => one.body.includes(`#${number}.`)).length === 2,
      );
      expect(progress(number)).toHaveLength(2);
      expect(world.model.unexpected).toEqual([]);
    },
  );

  async function letGo(): Promise<void> {
    for (const room of await readdir(directory))
      await writeFile(path.join(directory, room, 'home', 'go'), '').catch(() => undefined);
  }
});
