import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startHookCatcher, type HookCatcher } from './git-host/hook-catcher.ts';
import { octokitOn } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

const EVENTS = ['issues', 'issue_comment', 'pull_request', 'pull_request_review_comment', 'push'];
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let github: GitHubStandIn;
let hooks: HookCatcher;
let repository: RepositoryRecord;
const at = { owner: 'acme', repo: 'hello' };

beforeAll(async () => {
  [github, hooks] = await Promise.all([startGitHub({ app: { events: EVENTS } }), startHookCatcher()]);
  github.webhookTarget = hooks.url;
  github.createUser('acme', { type: 'Organization' });
  repository = await github.createRepository({ owner: 'acme', name: 'hello', files: { 'a.txt': 'a\n' } });
});
beforeEach(() => {
  hooks.caught.length = 0;
  hooks.status = 202;
});
afterEach(() => github.assertNoViolations());
afterAll(async () => {
  await github.close();
  await hooks[Symbol.asyncDispose]();
});

function seen(): string[] {
  return hooks.caught.map(
    ({ headers, body }) => `${String(headers['x-github-event'])}.${String(JSON.parse(body).action)}`,
  );
}

test('a delivery is signed over its exact bytes and carries the headers GitHub sends', async () => {
  const { issue, delivery } = await github.openIssue({ repository, by: 'alice', title: 'Bug', body: 'ünïcode' });
  const [hook] = hooks.caught;
  const signature = createHmac('sha256', github.app.webhookSecret)
    .update(hook?.body ?? '')
    .digest('hex');
  expect(hook?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': expect.stringMatching(GUID),
    'x-hub-signature-256': `sha256=${signature}`,
    'x-github-hook-installation-target-id': String(github.app.id),
    'x-github-hook-installation-target-type': 'integration',
    'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
  });
  expect(JSON.parse(hook?.body ?? '')).toMatchObject({
    action: 'opened',
    issue: { number: issue.number, body: 'ünïcode', user: { login: 'alice' } },
    repository: { full_name: 'acme/hello' },
    organization: { login: 'acme' },
    installation: { id: repository.installationId },
    sender: { login: 'alice', type: 'User' },
  });
  expect(delivery).toMatchObject({ event: 'issues', action: 'opened', status: 202, body: hook?.body });
  expect(github.app.webhookSecret.length).toBeGreaterThanOrEqual(32);
});

test('everything people do is delivered in the shape GitHub describes', async () => {
  const { issue } = await github.openIssue({ repository, by: 'alice', title: 'Bug' });
  const { comment } = await github.comment({ repository, by: 'bob', number: issue.number, body: 'hm' });
  await github.editComment({ repository, by: 'bob', commentId: comment.id, body: 'hmm' });
  await github.closeIssue({ repository, by: 'alice', number: issue.number });
  await github.reopenIssue({ repository, by: 'alice', number: issue.number });
  await github.commit({ repository, branch: 'work', files: { 'a.txt': 'b\n' }, by: 'bob' });
  const { issue: pull } = await github.openPullRequest({ repository, by: 'bob', title: 'Fix', head: 'work' });
  await github.comment({ repository, by: 'alice', number: pull.number, body: 'thanks' });
  await github.reviewComment({ repository, by: 'alice', number: pull.number, body: '?', path: 'a.txt', line: 1 });
  await github.commit({ repository, branch: 'work', files: { 'a.txt': 'c\n' }, by: 'bob' });
  await github.settled();
  await github.closePullRequest({ repository, by: 'bob', number: pull.number });
  expect(seen().toSorted()).toEqual(
    [
      'issues.opened',
      'issue_comment.created',
      'issue_comment.edited',
      'issues.closed',
      'issues.reopened',
      'push.undefined',
      'pull_request.opened',
      'issue_comment.created',
      'pull_request_review_comment.created',
      'push.undefined',
      'pull_request.synchronize',
      'pull_request.closed',
    ].toSorted(),
  );
  const edited = hooks.caught.map((hook) => JSON.parse(hook.body)).find((body) => body.action === 'edited');
  expect(edited).toMatchObject({ changes: { body: { from: 'hm' } }, comment: { body: 'hmm' } });
});

test("the App's own acts come back to it with a sender of type Bot", async () => {
  const { issue } = await github.openIssue({ repository, by: 'alice', title: 'Bug' });
  await github.commit({ repository, branch: 'bot', files: { 'a.txt': 'bot\n' }, by: 'bob' });
  const { rest } = octokitOn(github, repository);
  const { data: comment } = await rest.issues.createComment({ ...at, issue_number: issue.number, body: 'On it' });
  await rest.issues.updateComment({ ...at, comment_id: comment.id, body: 'Done' });
  const { data: pull } = await rest.pulls.create({ ...at, head: 'bot', base: 'main', title: 'Bot' });
  await rest.pulls.update({ ...at, pull_number: pull.number, title: 'Better' });
  await rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' });
  await github.settled();
  const own = hooks.caught.map((hook) => JSON.parse(hook.body)).filter((body) => body.sender.type === 'Bot');
  const actions: string[] = own.map((body) => String(body.action));
  expect(actions.toSorted()).toEqual(['closed', 'created', 'edited', 'edited', 'opened']);
  expect(own.every((body) => body.sender.id === github.app.botUser.id)).toBe(true);
});

test('a delivery is repeated byte for byte, under its GUID or a new one', async () => {
  const { delivery } = await github.openIssue({ repository, by: 'alice', title: 'Again' });
  await github.redeliver(delivery.guid);
  await github.redeliver(delivery.guid, { newGuid: true });
  expect(new Set(hooks.caught.map((hook) => hook.body)).size).toBe(1);
  const guids = hooks.caught.map((hook) => hook.headers['x-github-delivery']);
  expect(guids[1]).toBe(guids[0]);
  expect(guids[2]).not.toBe(guids[0]);
});

test('a delivery can be forged, unsigned or of any body', async () => {
  await github.deliverRaw({ event: 'issues', body: '{"action":"opened"}', signature: 'sha256=00' });
  await github.deliverRaw({ event: 'ping', body: 'no json', signature: null, guid: 'my-guid' });
  await github.deliverRaw({ event: 'ping', body: '{}' });
  expect(hooks.caught[0]?.headers['x-hub-signature-256']).toBe('sha256=00');
  expect(hooks.caught[1]?.headers).not.toHaveProperty('x-hub-signature-256');
  expect(hooks.caught[1]).toMatchObject({ body: 'no json', headers: { 'x-github-delivery': 'my-guid' } });
  expect(hooks.caught[2]?.headers['x-hub-signature-256']).toMatch(/^sha256=[0-9a-f]{64}$/);
});

test("the receiver's failure is on record and nothing is sent again by itself", async () => {
  hooks.status = 503;
  const { delivery } = await github.openIssue({ repository, by: 'alice', title: 'Down' });
  expect(delivery).toMatchObject({ status: 503, response: 'caught' });
  expect(hooks.caught).toHaveLength(1);
});

test('without a receiver and without a subscription a delivery is recorded and not sent', async () => {
  const quiet = await startGitHub({ app: { events: ['issue_comment'] } });
  try {
    quiet.webhookTarget = hooks.url;
    const hello = await quiet.createRepository({ owner: 'acme', name: 'hello', files: { a: '' } });
    const { issue, delivery } = await quiet.openIssue({ repository: hello, by: 'alice', title: 'x' });
    quiet.webhookTarget = undefined;
    const { delivery: unsent } = await quiet.comment({
      repository: hello,
      by: 'alice',
      number: issue.number,
      body: 'x',
    });
    expect([delivery.status, unsent.status]).toEqual([null, null]);
    quiet.webhookTarget = 'http://127.0.0.1:9/nobody';
    const { delivery: lost } = await quiet.comment({ repository: hello, by: 'alice', number: issue.number, body: 'x' });
    expect(lost).toMatchObject({ status: null, response: expect.stringContaining('no answer') });
    expect(hooks.caught).toEqual([]);
    expect(quiet.deliveries).toHaveLength(3);
  } finally {
    await quiet.close();
  }
});
