import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instant } from '../fakes/model/scenarios.ts';
import { describeWith } from '../services/describe-with.ts';
import { settled } from './ask.ts';
import { openWorld, type World } from './world.ts';

/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** Hosts count whole seconds. */
const A_SECOND_MS = 1_100;

describeWith(['codex', 'confinement'], 'what the agent is told around a request', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ scenario: instant, env: { PROVISIONER: 'local' } });
  });
  afterAll(async () => {
    world.github.assertNoViolations();
    await world[Symbol.asyncDispose]();
  });

  /** All that Codex sent to the model since the request with this number. */
  const sent = (from: number): string =>
    world.model.requests
      .slice(from)
      .map(({ body }) => JSON.stringify(body))
      .join();
  const person = (by: string) => ({ repository: world.repository, by });

  it('is the conversation as it was when somebody asked, with what a reader saw of it, and the pictures', async () => {
    const { github } = world;
    const picture = github.attach({ bytes: Buffer.from(PNG, 'base64') });
    const related = await github.openIssue({ ...person('mira'), title: 'Rounding', body: 'words of the linked issue' });
    const body = `See #${related.issue.number}`;
    const { issue } = await github.openIssue({ ...person('mira'), title: 'Durations', body });
    const at = { number: issue.number };
    const hidden = 'it is the \u200Bearlier\u202E remark <!-- hidden order -->';
    await github.comment({ ...person('rita'), ...at, body: hidden });
    const { comment } = await github.comment({ ...person('eve'), ...at, body: 'harmless so far' });
    await delay(A_SECOND_MS);
    // Long enough that what follows is there before anything is read.
    const slow = { match: { operationId: 'graphql' }, times: 1, delayMs: 3 * A_SECOND_MS };
    github.fault(slow);
    const before = world.model.requests.length;
    await github.comment({ ...person('ada'), ...at, body: `@astraforge look at this ![shot](${picture})` });
    await github.editComment({ ...person('eve'), commentId: comment.id, body: 'injected by an edit' });
    await github.editIssue({ ...person('eve'), number: related.issue.number, body: 'injected into the link' });
    await github.comment({ ...person('eve'), ...at, body: 'injected afterwards' });
    await settled(world, issue.number);
    const told = sent(before);
    expect(told).toContain('it is the earlier remark');
    for (const gone of ['injected', 'harmless so far', 'hidden order', '\u200B', '\u202E', 'words of the linked issue'])
      expect(told).not.toContain(gone);
    expect(told).toContain(`data:image/png;base64,${PNG}`);
    expect(world.model.unexpected).toEqual([]);
  });

  it('is what failed, with the end of its log, when it is asked to fix a pull request', async () => {
    const { github, repository } = world;
    const sha = await github.commit({ repository, branch: 'topic', files: { 'topic.txt': 'a\n' }, by: 'ada' });
    const { issue } = await github.openPullRequest({ ...person('ada'), title: 'Topic', head: 'topic' });
    const log = `the beginning of the log\n${'noise\n'.repeat(10_000)}AssertionError: 60 is not 59.6\n`;
    github.endJob({ repository, sha, name: 'unit tests', log });
    const { number } = issue;
    await github.reviewComment({ ...person('rita'), number, path: 'topic.txt', line: 1, body: 'not an a, please' });
    const done = { ...person('rita'), number, path: 'topic.txt', line: 1, body: 'settled long ago' };
    const { comment } = await github.reviewComment(done);
    github.resolveDiscussion({ ...person('ada'), commentId: comment.id });
    await delay(A_SECOND_MS);
    const before = world.model.requests.length;
    await github.comment({ ...person('ada'), number, body: '@astraforge fix' });
    await settled(world, number);
    const told = sent(before);
    for (const part of ['unit tests', 'AssertionError: 60 is not 59.6', 'not an a, please'])
      expect(told).toContain(part);
    expect(told).toMatch(/REMARK 1 (?:(?!>>>).)*not an a, please/);
    expect(told).not.toContain('the beginning of the log');
    expect(world.model.unexpected).toEqual([]);
  });
});
