import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../services/describe-with.ts';
import { answers, waitsFor, writes } from './conversation-scenarios.ts';
import { talkIn, type Talk } from './talk.ts';
import { openWorld, until, type World } from './world.ts';

describeWith(['codex', 'confinement'], 'the life of issues, pull requests and repositories', () => {
  let world: World;
  let talk: Talk;
  const at = (by = 'ada') => ({ repository: world.repository, by });
  beforeAll(async () => {
    const files = {
      'README.md': '# Life\n',
      '.github/astraforge.yml': 'triggers: { labels: [astraforge], assignee: true }\n',
    };
    const scenario = [
      waitsFor('slow.txt', 'never'),
      writes('more.txt', 'more'),
      writes('merged.txt', 'm'),
      writes('a.txt', 'one'),
      answers,
    ];
    world = await openWorld({ scenario, files, env: { PROVISIONER: 'local' } });
    talk = talkIn(world);
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  async function opened(file = 'a.txt') {
    const number = await talk.issue();
    await talk.say(number, `@astraforge write ${file}`);
    const pull = await talk.pullFor(number);
    await talk.answered(number, 'The change is ready for review');
    return { number, pull: pull.number, branch: pull.pull.headBranch };
  }
  const requestOf = async (number: number) => {
    const id = /astraforge:comment:([0-9a-f-]+)/.exec(talk.ours(number)[0]?.body ?? '')?.[1] ?? '';
    return (await world.astraforge.shared.store.runs.readRequest(id))?.request;
  };

  it('merged: the request is done, and further words are a new one', { timeout: 240_000 }, async () => {
    const { number, pull } = await opened('merged.txt');
    await world.github.mergePullRequest({ ...at(), number: pull });
    await talk.answered(number, 'The change was merged');
    expect(await requestOf(number)).toMatchObject({ state: 'DONE', ended: 'merged' });
    await talk.say(number, '@astraforge write more.txt');
    await until('a second pull request', () =>
      talk.pulls().some((one) => one.number !== pull && one.body.includes(`#${number}.`)),
    );
  });

  it('closed and opened again: further words wait for neither, then go on with it', { timeout: 240_000 }, async () => {
    const { number, pull, branch } = await opened();
    await world.github.closePullRequest({ ...at(), number: pull });
    await talk.answered(number, 'This was closed');
    await world.github.reopenPullRequest({ ...at(), number: pull });
    await until('it to be open', async () => (await requestOf(number))?.ended === null);
    await talk.say(pull, '@astraforge write more.txt');
    await until('the second file', () => talk.file(branch, 'more.txt') !== undefined);
    expect(talk.file(branch, 'more.txt')).toBe('more\n');
  });

  it('the branch deleted: the request is over', { timeout: 240_000 }, async () => {
    const { number, pull, branch } = await opened();
    await world.github.closePullRequest({ ...at(), number: pull });
    await world.github.reopenPullRequest({ ...at(), number: pull });
    await until('it to be open', async () => (await requestOf(number))?.ended === null);
    await world.github.deleteBranch({ ...at(), branch });
    await talk.answered(number, 'The branch was deleted');
    expect((await requestOf(number))?.ended).toBe('branch-deleted');
  });

  it('an issue closed while its run works: the run is cancelled and says by whom', { timeout: 240_000 }, async () => {
    const number = await talk.issue();
    await talk.say(number, '@astraforge write slow.txt slowly');
    await talk.answered(number, 'Working on it');
    await world.github.closeIssue({ ...at('rita'), number });
    const { body } = await talk.answered(number, /The issue was closed by @.?rita before this was done/);
    expect(body).toContain('Cancelled');
  });

  it('a comment deleted or edited before its turn: it is taken back', { timeout: 240_000 }, async () => {
    const number = await talk.issue();
    await talk.say(number, '@astraforge write slow.txt slowly');
    await talk.answered(number, 'Working on it');
    const queued = await talk.say(number, '@astraforge run write more.txt in its own request');
    await talk.answered(number, 'Number 2 in this thread');
    await world.github.deleteComment({ ...at(), commentId: queued.commentId });
    await talk.answered(number, /deleted the comment that asked for this before it began/);
    const words = await talk.say(number, '@astraforge and then write more.txt');
    await until(
      'the reaction',
      () => world.github.reactions(world.repository, { comment: words.commentId }).length > 0,
    );
    await world.github.editComment({ ...at(), commentId: words.commentId, body: 'never mind' });
    await until('it to be taken back', async () => {
      const request = await requestOf(number);
      return (await world.astraforge.shared.store.conversations.waiting(request?.id ?? '')).length === 0;
    });
    await talk.say(number, '@astraforge cancel');
    await talk.answered(number, /Cancelled by @.?ada/);
    expect(talk.pulls().filter(({ body }) => body.includes(`#${number}.`))).toEqual([]);
  });

  it(
    'a label or an assignment that the configuration names is a request of whoever put it there',
    { timeout: 240_000 },
    async () => {
      const labelled = await talk.issue('write a.txt');
      await world.github.label({ ...at(), number: labelled, label: 'unrelated' });
      await world.github.label({ ...at(), number: labelled, label: 'astraforge' });
      await talk.pullFor(labelled);
      const refused = await talk.issue('write a.txt', 'rita');
      await world.github.label({ ...at('rita'), number: refused, label: 'astraforge' });
      await world.github.settled();
      expect(talk.ours(refused)).toHaveLength(0);
    },
  );

  it('renamed: what is open goes on under the new name', { timeout: 240_000 }, async () => {
    const { pull, branch } = await opened();
    await world.github.renameRepository({ ...at(), name: 'renamed' });
    await talk.say(pull, '@astraforge write more.txt');
    await until('the second file', () => talk.file(branch, 'more.txt') !== undefined);
    expect(talk.file(branch, 'more.txt')).toBe('more\n');
  });

  it(
    'the installation suspended and back: work stops, its requests are over, and open again',
    { timeout: 240_000 },
    async () => {
      const number = await talk.issue();
      await talk.say(number, '@astraforge write slow.txt slowly');
      await talk.answered(number, 'Working on it');
      const request = await requestOf(number);
      const id = request?.id ?? '';
      const installation = request?.repo.installationId ?? 0;
      const state = async () => world.astraforge.shared.store.runs.readRequest(id);
      await world.github.suspendInstallation({ installation, by: 'acme' });
      await until('the run to end', async () => (await state())?.run.status === 'cancelled');
      expect((await state())?.request.ended).toBe('access-lost');
      await world.github.unsuspendInstallation({ installation, by: 'acme' });
      await until('the request to be open', async () => (await state())?.request.ended === null);
    },
  );
});
