import { afterAll, beforeAll, expect, it } from 'vitest';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { describeWith } from '../services/describe-with.ts';
import * as scene from './gitlab-review-scene.ts';
import { askOnIssue, openPeopledFlow, progressNote } from './gitlab-talk.ts';
import type { GitLabFlow } from './gitlab-world.ts';
import { finding, reviewer } from './review-scene.ts';
import { until } from './world.ts';

describeWith(['codex', 'confinement'], 'reviews of merge requests that nobody asks for', () => {
  let flow: GitLabFlow;
  beforeAll(async () => {
    const files = { '.gitlab/astraforge.yml': 'review: {auto: true}\n' };
    const remark = finding({ path: 'src/cap.js', line: 1, severity: 'major', title: 'Too short' });
    flow = await openPeopledFlow({ scenario: [reviewer(remark), fixFailingTest], files });
  }, 120_000);
  afterAll(async () => {
    flow.gitlab.assertNoViolations();
    if (flow.model.unexpected.length > 0) throw new Error(flow.model.unexpected.join('\n'));
    await flow[Symbol.asyncDispose]();
  });

  const push = (text: string, branch = 'cap'): Promise<string> =>
    flow.gitlab.commit({ repository: flow.repository, branch, files: { 'src/cap.js': text }, by: 'ada' });
  const outcomeOf = (guid: string): Promise<string> =>
    until('the delivery to be settled', () => {
      const line = flow.logs.find((one) => one.includes('delivery settled') && one.includes(guid));
      return line === undefined ? undefined : /"outcome":"([^"]*)"/.exec(line)?.[1];
    });

  it('each head is reviewed once, in one comment that is edited, and the finding is told once', async () => {
    const { gitlab, repository } = flow;
    const first = await push('one\n');
    const { issue, delivery } = await gitlab.openPullRequest({ repository, by: 'ada', title: 'Cap', head: 'cap' });
    await scene.verdictsOn(flow, first);
    await gitlab.redeliver(delivery.guid);
    await scene.toldReview(flow, issue.number);
    const second = await push('one\ntwo\n');
    await scene.verdictsOn(flow, second);
    expect(scene.onLines(flow, issue.number)).toHaveLength(1);
    expect(scene.progressNotes(flow, issue.number)).toHaveLength(1);
    expect(await scene.verdictsOn(flow, first)).toHaveLength(1);
    expect(await scene.verdictsOn(flow, second)).toHaveLength(1);
  });

  it('a draft, a stranger’s and another bot’s merge request are left alone', async () => {
    const { gitlab, repository } = flow;
    await push('draft\n', 'draft');
    await push('rita\n', 'rita');
    await push('bot\n', 'bot');
    const open = async (by: string, head: string, draft = false): Promise<string> =>
      outcomeOf((await gitlab.openPullRequest({ repository, by, title: head, head, draft })).delivery.guid);
    expect(await open('ada', 'draft', true)).toContain('ignored: a draft');
    expect(await open('rita', 'rita')).toContain('ignored: role triage');
    expect(await open('project_7_bot_0123456789abcdef', 'bot')).toContain('ignored: offered by a bot');
  });

  it('a change of the bot is reviewed before people look at it, on behalf of who asked for it', async () => {
    const { gitlab, repository } = flow;
    const { issue } = await askOnIssue(flow, '@astraforge fix the failing test');
    await progressNote(flow, issue, /Opened merge request !/);
    const merge = gitlab.pulls(repository).find(({ author }) => author.id === gitlab.bot.id);
    await scene.verdictsOn(flow, merge?.versions.at(-1)?.headSha ?? '');
    const number = merge?.number ?? 0;
    await scene.toldReview(flow, number);
    expect(scene.progressNotes(flow, number)).toHaveLength(1);
    const { conversations } = flow.astraforge.shared.store;
    const place = { provider: 'gitlab', repoId: repository.id, kind: 'pull', number } as const;
    const standing = await conversations.find(place, 'any');
    expect([standing?.request.requester.login, standing?.run.task.kind]).toEqual(['ada', 'review']);
  });
});
