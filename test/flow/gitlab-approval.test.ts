import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { say as words, shell, type Scenario } from '../fakes/model/scenario.ts';
import { describeWith } from '../services/describe-with.ts';
import { answer, askOnIssue, openGitLabFlow, progressNote, say, sendHook, type GitLabFlow } from './gitlab-world.ts';
import { until } from './world.ts';

const writesMore: Scenario = {
  name: 'writes more.txt',
  when: /add more/,
  steps: [{ items: [shell('echo done > more.txt')] }, { items: [words('Wrote more.txt.')] }],
};
const sleeps: Scenario = {
  name: 'sleeps',
  when: /take long/,
  steps: [{ items: [shell('sleep 600')] }, { waitMs: 300_000 }],
};

const Settled = z.object({ guid: z.string(), outcome: z.string() });
const Body = z.looseObject({ user: z.looseObject({}), object_attributes: z.looseObject({}) });

describeWith(['codex', 'confinement'], 'approval, cancelling and forged hooks on GitLab', () => {
  let flow: GitLabFlow;

  beforeAll(async () => {
    const files = { '.gitlab/astraforge.yml': 'approval: publish\n' };
    flow = await openGitLabFlow({ scenario: [writesMore, sleeps], files });
  }, 120_000);
  afterAll(async () => {
    flow.gitlab.assertNoViolations();
    await flow[Symbol.asyncDispose]();
  });

  const ourBranches = async () =>
    [...(await flow.gitlab.branches(flow.repository)).keys()].filter((name) => name.startsWith('astraforge/'));
  /** What becomes of a delivery that is genuine by token and signature, whatever it says. */
  const outcomeOf = async (event: string, body: object): Promise<string> => {
    const guid = await sendHook(flow, event, body);
    const { outcome } = await until('the delivery to be settled', () =>
      flow.logs.map((line) => Settled.safeParse(JSON.parse(line)).data).find((line) => line?.guid === guid),
    );
    return outcome;
  };

  it('nothing is pushed before a maintainer who did not ask has put 👍 on the note that shows the diff', async () => {
    const { issue } = await askOnIssue(flow, '@astraforge add more');
    const note = await progressNote(flow, issue, /The change waits for approval/);
    expect(note.body).toMatch(/<summary>Diff<\/summary>[^]*\+done/);
    expect(await ourBranches()).toEqual([]);
    const press = { repository: flow.repository, commentId: note.id, content: 'thumbsup' };
    await flow.gitlab.react({ ...press, by: 'ada' });
    await answer(flow, issue, /nobody approves their own request/);
    await flow.gitlab.react({ ...press, by: 'rita' });
    await answer(flow, issue, /@rita may not approve/);
    expect(await ourBranches()).toEqual([]);
    await flow.gitlab.react({ ...press, by: 'mona' });
    expect((await progressNote(flow, issue, /Opened merge request !/)).id).toBe(note.id);
    expect(await ourBranches()).toHaveLength(1);
  });

  it('a hook that says what nobody said starts nothing', async () => {
    const { issue } = await flow.gitlab.openIssue({ repository: flow.repository, by: 'rita', title: 'A wish' });
    const { comment, delivery } = await flow.gitlab.comment({
      repository: flow.repository,
      ...{ kind: issue.kind, number: issue.number },
      by: 'rita',
      body: '@astraforge what is this',
    });
    const hers = await flow.gitlab.openIssue({ repository: flow.repository, by: 'mona', title: 'Hers' });
    const mona = hers.issue.author;
    const real = Body.parse(JSON.parse(delivery.body));
    const note = { ...real.object_attributes, note: '@astraforge add more' };
    const another = { ...real, object_attributes: note };
    const asMona = { user: { ...real.user, id: mona.id, username: mona.login } };
    const forged = { ...another, ...asMona, object_attributes: { ...note, author_id: mona.id } };
    expect(
      await outcomeOf('Note Hook', { ...forged, object_attributes: { ...forged.object_attributes, id: 999_999 } }),
    ).toBe('ignored: the host tells it otherwise');
    expect(await outcomeOf('Note Hook', forged)).toBe('ignored: the host tells it otherwise');
    expect(comment.author.login).toBe('rita');
    const requests = await flow.astraforge.shared.store.conversations.find(
      { provider: 'gitlab', repoId: flow.repository.id, kind: 'issue', number: issue.number },
      'any',
    );
    expect(requests).toBeUndefined();
  });

  it('cancel stops a run, retry begins it again, and closing the issue ends it', async () => {
    const { issue } = await askOnIssue(flow, '@astraforge take long');
    const asked = flow.model.requests.length;
    await until('the agent to work', () => flow.model.requests.length > asked);
    await say(flow, issue, { by: 'mona', body: '/astraforge cancel' });
    const note = await progressNote(flow, issue, /\*\*Cancelled\*\*[^]*Cancelled by @mona/);
    await say(flow, issue, { by: 'mona', body: '@astraforge retry' });
    await progressNote(flow, issue, /Working on it/);
    await flow.gitlab.closeIssue({ repository: flow.repository, by: 'mona', number: issue.number });
    expect((await progressNote(flow, issue, /The issue was closed by @mona/)).id).toBe(note.id);
  });

  it.each(['Pipeline Hook', 'Never Heard Of'])('a %s is answered 202 and ignored', async (event) => {
    expect(await outcomeOf(event, { event })).toMatch(/^ignored: event .* is not one of ours$/);
  });
});
