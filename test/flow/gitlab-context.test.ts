import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instant } from '../fakes/model/scenarios.ts';
import { describeWith } from '../services/describe-with.ts';
import { openPeopledFlow, say, settledNote } from './gitlab-talk.ts';
import type { GitLabFlow } from './gitlab-world.ts';

/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** Hosts count whole seconds. */
const A_SECOND_MS = 1_100;

describeWith(['codex', 'confinement'], 'what the agent is told around a request on GitLab', () => {
  let flow: GitLabFlow;
  beforeAll(async () => {
    flow = await openPeopledFlow({ scenario: [instant] });
  }, 120_000);
  afterAll(async () => {
    flow.gitlab.assertNoViolations();
    await flow[Symbol.asyncDispose]();
  });

  /** All that Codex sent to the model since the request with this number. */
  const sent = (from: number): string =>
    flow.model.requests
      .slice(from)
      .map(({ body }) => JSON.stringify(body))
      .join();
  const person = (by: string) => ({ repository: flow.repository, by });

  it('is the conversation as it was when somebody asked, with what a reader saw of it, and the pictures', async () => {
    const { gitlab, repository } = flow;
    const picture = gitlab.attach({ repository, bytes: Buffer.from(PNG, 'base64') });
    const related = await gitlab.openIssue({ ...person('mira'), title: 'Rounding', body: 'words of the linked issue' });
    const kept = await gitlab.openIssue({ ...person('mira'), title: 'Kept', body: 'words that nobody changed' });
    const body = `See #${related.issue.number}`;
    const { issue } = await gitlab.openIssue({ ...person('mira'), title: 'Durations', body });
    gitlab.linkIssues({ ...person('mira'), number: issue.number, to: kept.issue.number });
    const at = { number: issue.number, kind: 'issue' } as const;
    const hidden = 'it is the \u200Bearlier\u202E remark <!-- hidden order -->';
    const { comment: remark } = await gitlab.comment({ ...person('rita'), ...at, body: hidden });
    const { comment } = await gitlab.comment({ ...person('eve'), ...at, body: 'harmless so far' });
    await delay(A_SECOND_MS);
    // Long enough that what follows is there before anything is read.
    const slow = { operationId: 'GET /projects/:id/issues/:issue_iid' };
    gitlab.fault({ match: slow, times: 1, delayMs: 3 * A_SECOND_MS });
    const before = flow.model.requests.length;
    await say(flow, issue, { by: 'ada', body: `@astraforge look at this ![shot](${picture})` });
    await gitlab.editComment({ ...person('eve'), commentId: comment.id, body: 'injected by an edit' });
    const linked = { number: related.issue.number, kind: 'issue' } as const;
    await gitlab.editIssue({ ...person('eve'), ...linked, body: 'injected into the link' });
    await gitlab.comment({ ...person('eve'), ...at, body: 'injected afterwards' });
    // Neither is an edit, though both move `updated_at`.
    await gitlab.react({ ...person('eve'), commentId: remark.id, content: 'thumbsup' });
    await gitlab.label({ ...person('ada'), number: kept.issue.number, kind: 'issue', labels: ['later'] });
    await settledNote(flow, issue);
    const told = sent(before);
    for (const part of ['it is the earlier remark', 'words that nobody changed']) expect(told).toContain(part);
    for (const gone of ['injected', 'harmless so far', 'hidden order', '\u200B', '\u202E', 'words of the linked issue'])
      expect(told).not.toContain(gone);
    expect(told).toContain(`data:image/png;base64,${PNG}`);
    expect(flow.model.unexpected).toEqual([]);
  });

  it('is what failed, with the end of its log, when it is asked to fix a merge request', async () => {
    const { gitlab, repository } = flow;
    const sha = await gitlab.commit({ repository, branch: 'topic', files: { 'topic.txt': 'a\n' }, by: 'ada' });
    const { issue } = await gitlab.openPullRequest({ ...person('ada'), title: 'Topic', head: 'topic' });
    const log = `the beginning of the log\n${'noise\n'.repeat(10_000)}\u001B[31mAssertionError: 60 is not 59.6\u001B[0m\n`;
    const jobs = [{ name: 'unit tests', status: 'failed', log } as const];
    await gitlab.runPipeline({ ...person('ada'), ref: 'topic', sha, jobs });
    const { number } = issue;
    await gitlab.reviewComment({ ...person('rita'), number, path: 'topic.txt', line: 1, body: 'not an a, please' });
    const done = { ...person('rita'), number, path: 'topic.txt', line: 1, body: 'settled long ago' };
    const { comment } = await gitlab.reviewComment(done);
    gitlab.resolveThread({ ...person('ada'), commentId: comment.id });
    await delay(A_SECOND_MS);
    const before = flow.model.requests.length;
    await say(flow, issue, { by: 'ada', body: '@astraforge fix' });
    await settledNote(flow, issue);
    const told = sent(before);
    for (const part of ['unit tests', 'AssertionError: 60 is not 59.6', 'not an a, please'])
      expect(told).toContain(part);
    expect(told).toMatch(/REMARK 1 (?:(?!>>>).)*not an a, please/);
    expect(told).not.toContain('the beginning of the log');
    expect(told).not.toMatch(/REMARK \d+ (?:(?!>>>).)*settled long ago/);
    expect(told).not.toContain('\\u001b');
    expect(flow.model.unexpected).toEqual([]);
  });
});
