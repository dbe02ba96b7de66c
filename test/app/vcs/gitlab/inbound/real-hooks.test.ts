import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InboundEvent } from '#core/domain/host/inbound.ts';
import type { Provider } from '#core/domain/host/repo.ts';
import type { ArrivedDelivery, WebhookDoor } from '#core/ports/host/webhook-door.ts';
import { webhookHandler } from '../../../../../app/http/webhooks.ts';
import { openGitLabDoor } from '../../../../../app/vcs/gitlab/inbound/hook.ts';
import { createLogSink } from '../../github/log-sink.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';

let world: GitLabWorld;
const arrived: ArrivedDelivery<Provider>[] = [];
const log = createLogSink();
const doors = new Map<string, WebhookDoor>();
const receive = ({ provider, ...delivery }: ArrivedDelivery) => {
  if (provider === 'gitlab') arrived.push({ provider, ...delivery });
  return Promise.resolve('recorded' as const);
};
const handle = webhookHandler({ doors, trackers: new Map(), receive, logger: log });
const server = createServer((request, response) => void handle(request, response, { name: 'gitlab', path: [] }));

beforeAll(async () => {
  world = await startGitLabWorld({ signed: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver listens on no port');
  world.gitlab.webhookTarget = `http://127.0.0.1:${address.port}/webhooks/gitlab`;
  const { webhookSecret, signingSecret } = world.gitlab;
  if (signingSecret === undefined) throw new Error('the hooks are not signed');
  const door = openGitLabDoor({ webhookSecret, signingToken: signingSecret });
  doors.set('gitlab', (knock) => door.admit(knock));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});

/** What the hooks that came since mean; one that asks for nothing is left out. */
async function heard(): Promise<InboundEvent[]> {
  await world.gitlab.settled();
  const events = arrived.splice(0).map((delivery) => world.host.translate(delivery));
  return events.filter((event) => event.kind !== 'ignored');
}

test('what people do in an issue comes through door and translation as it was done', async () => {
  const { gitlab, repository, repo } = world;
  const mona = { by: 'mona', repository };
  const { issue } = await gitlab.openIssue({ ...mona, title: 'Bug', body: 'It breaks', labels: ['bug'] });
  const { number } = issue;
  const on = { ...mona, number, kind: 'issue' } as const;
  const { comment } = await gitlab.comment({ ...on, body: '@astraforge fix it' });
  await gitlab.editComment({ ...mona, commentId: comment.id, body: 'never mind' });
  await gitlab.label({ ...on, labels: ['bug', 'bot'] });
  await gitlab.assign({ ...on, assignees: ['kim'] });
  await gitlab.closeIssue({ ...mona, number });
  await gitlab.reopenIssue({ ...mona, number });
  const thread = { kind: 'issue', number, title: 'Bug', body: 'It breaks' };
  const trigger = { kind: 'comment', id: comment.id };
  expect(await heard()).toMatchObject([
    { kind: 'said', repo, thread, trigger: { kind: 'thread' }, marks: [{ by: { kind: 'label', name: 'bug' } }] },
    { kind: 'said', actor: { login: 'mona', bot: false }, thread, trigger, text: '@astraforge fix it' },
    { kind: 'unsaid', trigger, how: 'edited' },
    { kind: 'marked', by: { kind: 'label', name: 'bot' } },
    { kind: 'marked', by: { kind: 'assignee', account: { login: 'kim' } } },
    { kind: 'thread', change: 'closed', thread: { kind: 'issue', number } },
    { kind: 'thread', change: 'reopened' },
  ]);
});

test('what happens to a merge request and its branch comes through', async () => {
  const { gitlab, repository } = world;
  const mona = { by: 'mona', repository };
  const first = await gitlab.commit({ ...mona, branch: 'topic', files: { 'b.txt': 'b\n' } });
  const { issue } = await gitlab.openPullRequest({ ...mona, title: 'Topic', head: 'topic' });
  const { number } = issue;
  const { comment } = await gitlab.reviewComment({ ...mona, number, body: 'why?', path: 'b.txt', line: 1 });
  const second = await gitlab.commit({ ...mona, branch: 'topic', files: { 'c.txt': 'c\n' } });
  await gitlab.mergePullRequest({ ...mona, number });
  const thread = { kind: 'pull', number };
  const events = await heard();
  expect(events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'pushed', branch: 'topic', sha: first, paths: ['b.txt'], isDefault: false }),
      expect.objectContaining({
        kind: 'said',
        thread: expect.objectContaining(thread),
        offered: expect.objectContaining({ sha: first, draft: false, fork: false }),
      }),
      expect.objectContaining({
        kind: 'said',
        trigger: { kind: 'review-comment', id: comment.id, path: 'b.txt', hunk: '' },
      }),
      expect.objectContaining({ kind: 'offered', occasion: 'pushed', sha: second }),
      expect.objectContaining({ kind: 'thread', change: 'merged', thread }),
    ]),
  );
  await gitlab.commit({ ...mona, branch: 'gone', files: { 'd.txt': 'd\n' } });
  await gitlab.deleteBranch({ ...mona, branch: 'gone' });
  expect(await heard()).toContainEqual(expect.objectContaining({ kind: 'branch-deleted', branch: 'gone' }));
});

test('an emoji on our progress note is a button on the note that the ledger knows; our own doings are none', async () => {
  const { gitlab, host, repository, repo } = world;
  const mona = { by: 'mona', repository };
  const { issue } = await gitlab.openIssue({ ...mona, title: 'Bug' });
  const thread = { kind: 'issue', number: issue.number } as const;
  await heard();
  await host.acknowledge(repo, thread, { kind: 'thread' });
  const { externalId } = await host.createComment(repo, thread, 'working');
  await host.updateComment(repo, externalId, 'done');
  const own = await heard();
  expect(own).toMatchObject([{ kind: 'said', text: 'working', actor: { id: gitlab.bot.id, bot: true } }]);
  const commentId = Number(externalId.split('/').at(-1));
  await gitlab.react({ ...mona, commentId, content: 'thumbsup' });
  await gitlab.unreact({ ...mona, commentId, content: 'thumbsup' });
  expect(await heard()).toMatchObject([
    { kind: 'pressed', button: 'approve', on: { kind: 'comment', externalId }, actor: { login: 'mona' } },
  ]);
});

test('a delivery that is sent again has the same id', async () => {
  const { gitlab, repository } = world;
  const { delivery } = await gitlab.openIssue({ by: 'mona', repository, title: 'Again' });
  await gitlab.redeliver(delivery.guid);
  await gitlab.settled();
  expect(arrived.splice(0).map(({ guid }) => guid)).toEqual([delivery.guid, delivery.guid]);
});

test('a hook with another secret is refused with 401 and never seen again', async () => {
  const { gitlab, repository } = world;
  const url = gitlab.webhookTarget ?? '';
  const refused = gitlab.addHook({ repository, url, token: 'another secret, also of more than 32 bytes' });
  await gitlab.openIssue({ by: 'mona', repository, title: 'Twice' });
  await gitlab.settled();
  expect(arrived.splice(0)).toHaveLength(1);
  expect(log.records).toMatchObject([{ level: 'warn', fields: { host: 'gitlab', reason: 'bad token' } }]);
  expect(refused.failures).toBe(1);
});
