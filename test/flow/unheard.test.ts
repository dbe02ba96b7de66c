import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { NoteRecord } from '../fakes/gitlab/records.ts';
import { describeWith } from '../services/describe-with.ts';
import { answers, writes } from './conversation-scenarios.ts';
import { openPeopledFlow, ourNotes, sendHook } from './gitlab-talk.ts';
import type { GitLabFlow } from './gitlab-world.ts';
import { talkIn, type Talk } from './talk.ts';
import { openWorld, until, type World } from './world.ts';

/** A mention that is a second old and has not arrived is looked for. */
const OFTEN = { HEAL_EVERY_SEC: '1' };

/** Waits until words are listened for in a repository, and its second is over: GitHub's times have no parts of one. */
async function listening({ astraforge }: World | GitLabFlow, repo: { provider: 'github' | 'gitlab'; id: number }) {
  await until('the first look for words', () => astraforge.shared.store.listening.standing(repo));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

/** Waits until every look that began before has ended. */
async function lookedAgain({ astraforge }: World | GitLabFlow, repo: { provider: 'github' | 'gitlab'; id: number }) {
  const { listening: record } = astraforge.shared.store;
  const now = Date.now();
  await until('two more looks', async () => {
    const standing = await record.standing(repo);
    // Looks end where everything is old enough, with five minutes to look at twice.
    return standing !== undefined && Date.parse(standing.heardTo) > now - 5 * 60_000 + 2_000;
  });
}

describeWith(['codex', 'confinement'], 'words on GitHub that no delivery brought', () => {
  let world: World;
  let talk: Talk;
  let repo: { provider: 'github'; id: number };

  beforeAll(async () => {
    world = await openWorld({
      scenario: [writes('a.txt', 'a'), answers],
      env: { PROVISIONER: 'local', ...OFTEN },
    });
    talk = talkIn(world);
    repo = { provider: 'github', id: world.repository.id };
    await listening(world, repo);
  }, 180_000);
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  const undelivered = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    const { webhookTarget } = world.github;
    world.github.webhookTarget = undefined;
    const done = await act();
    world.github.webhookTarget = webhookTarget;
    return done;
  };

  it('a comment is found and done exactly once, and its late delivery changes nothing', async () => {
    const number = await talk.issue();
    const { delivery } = await undelivered(() =>
      world.github.comment({ repository: world.repository, by: 'ada', number, body: '@astraforge write a.txt' }),
    );
    expect(delivery.status).toBeNull();
    const from = Date.now();
    await talk.pullFor(number);
    process.stderr.write(`found and done on GitHub in ${Date.now() - from} ms\n`);
    expect((await world.github.redeliver(delivery.guid)).status).toBe(202);
    await talk.say(number, '@astraforge status');
    const status = await talk.answered(number, /Mentions: all heard up to .*; 1 that no delivery brought was found/);
    expect(status.body).toContain('Deliveries: ');
    await lookedAgain(world, repo);
    expect(talk.pulls()).toHaveLength(1);
    expect(talk.ours(number).filter(({ body }) => body.includes('astraforge:comment:'))).toHaveLength(1);
    expect(settledAs('repeated: another delivery brought these words')).toBe(1);
  }, 240_000);

  it('an issue, a review and a comment at a line are found too; what was edited, and what others say, is not', async () => {
    const { github, repository } = world;
    const [pull] = talk.pulls();
    const number = pull?.number ?? 0;
    const quiet = await talk.issue();
    const body = '@astraforge help';
    const act = { repository, by: 'ada', number };
    const issue = await undelivered(async () => {
      await github.submitReview({ ...act, body });
      await github.reviewComment({ ...act, path: 'a.txt', line: 1, body });
      const { comment } = await github.comment({ repository, by: 'ada', number: quiet, body });
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await github.editComment({ repository, by: 'ada', commentId: comment.id, body: `${body} status` });
      await github.comment({ repository, by: 'bob', number: quiet, body: 'nothing for you' });
      return (await github.openIssue({ repository, by: 'ada', title: 'Help', body })).issue.number;
    });
    await talk.answered(issue, /`@astraforge run/);
    await until('both answers', () => helpsIn(number) === 2);
    await lookedAgain(world, repo);
    expect([helpsIn(issue), helpsIn(number), talk.ours(quiet).length]).toEqual([1, 2, 0]);
  }, 240_000);

  function helpsIn(number: number): number {
    return talk.ours(number).filter(({ body }) => body.includes('`@astraforge run')).length;
  }

  function settledAs(outcome: string): number {
    return world.logs.filter((line) => line.includes(`"outcome":"${outcome}"`)).length;
  }
});

describeWith(['codex', 'confinement'], 'words on GitLab that no hook brought', () => {
  let flow: GitLabFlow;
  let repo: { provider: 'gitlab'; id: number };

  beforeAll(async () => {
    flow = await openPeopledFlow({ scenario: [writes('a.txt', 'a'), answers], env: OFTEN });
    repo = { provider: 'gitlab', id: flow.repository.id };
    await listening(flow, repo);
  }, 180_000);
  afterAll(async () => {
    flow.gitlab.assertNoViolations();
    await flow[Symbol.asyncDispose]();
  });

  const undelivered = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    const { webhookTarget } = flow.gitlab;
    flow.gitlab.webhookTarget = undefined;
    const done = await act();
    flow.gitlab.webhookTarget = webhookTarget;
    return done;
  };
  const answersIn = (place: { kind: 'issue' | 'merge_request'; number: number }, words: RegExp): NoteRecord[] =>
    ourNotes(flow, place).filter(({ body }) => words.test(body));

  it('a note is found and done exactly once, and its late hook changes nothing', async () => {
    const { gitlab, repository } = flow;
    const { issue } = await gitlab.openIssue({ repository, by: 'ada', title: 'Something is to be done' });
    const place = { repository, by: 'ada', number: issue.number, kind: 'issue' } as const;
    const { delivery } = await undelivered(() => gitlab.comment({ ...place, body: '@astraforge write a.txt' }));
    expect(delivery.status).toBeNull();
    const from = Date.now();
    await until('the merge request', () => gitlab.pulls(repository).length === 1);
    process.stderr.write(`found and done on GitLab in ${Date.now() - from} ms\n`);
    await sendHook(flow, 'Note Hook', z.looseObject({}).parse(JSON.parse(delivery.body)));
    await gitlab.comment({ ...place, body: '@astraforge status' });
    await until('the answer', () => answersIn(issue, /Mentions: .*; 1 that no delivery brought was found/).length > 0);
    await lookedAgain(flow, repo);
    expect(gitlab.pulls(repository)).toHaveLength(1);
    expect(answersIn(issue, /astraforge:comment:/)).toHaveLength(1);
    const repeated = '"outcome":"repeated: another delivery brought these words"';
    expect(flow.logs.filter((line) => line.includes(repeated))).toHaveLength(1);
  }, 240_000);

  it('a description and a comment at a line are found too; what was edited is not', async () => {
    const { gitlab, repository } = flow;
    const body = '@astraforge help';
    const { issue: quiet } = await gitlab.openIssue({ repository, by: 'ada', title: 'Quiet' });
    const issue = await undelivered(async () => {
      const act = { repository, by: 'ada', number: 1 };
      await gitlab.reviewComment({ ...act, path: 'a.txt', line: 1, body });
      const { comment } = await gitlab.comment({ ...act, number: quiet.number, kind: 'issue', body });
      await gitlab.editComment({ repository, by: 'ada', commentId: comment.id, body: `${body} status` });
      return (await gitlab.openIssue({ repository, by: 'ada', title: 'Help', body })).issue;
    });
    const helps = /`@astraforge run/;
    const merge = { kind: 'merge_request', number: 1 } as const;
    await until('both answers', () => answersIn(issue, helps).length === 1 && answersIn(merge, helps).length === 1);
    await lookedAgain(flow, repo);
    expect([issue, merge, quiet].map((place) => answersIn(place, helps).length)).toEqual([1, 1, 0]);
  }, 240_000);
});
