import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Thread } from '#core/domain/host/inbound.ts';
import type { FaultScript } from '../../../../fakes/git-host/faults.ts';
import { secondaryLimit } from '../../../../fakes/github/faults.ts';
import { startGitHubWorld, threadOf, type GitHubWorld } from '../github-world.ts';

const view = { status: 'queued', title: 't', summary: 's', text: '' } as const;

let world: GitHubWorld;
let thread: Thread;
let commentId: string;
let checkId: string;

beforeAll(async () => {
  world = await startGitHubWorld();
  const { host, repo, repository, github, mainSha } = world;
  await github.commit({ repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
  thread = threadOf((await github.openIssue({ repository, by: 'octo', title: 'Bug' })).issue);
  commentId = (await host.createComment(repo, thread, 'first')).externalId;
  checkId = (await host.createCheck(repo, mainSha, { key: 'first', view })).externalId;
});
afterAll(() => world[Symbol.asyncDispose]());

const writes: [string, () => Promise<unknown>][] = [
  ['issues/create-comment', () => world.host.createComment(world.repo, thread, 'again')],
  ['issues/update-comment', () => world.host.updateComment(world.repo, commentId, 'again')],
  ['reactions/create-for-issue', () => world.host.acknowledge(world.repo, thread, { kind: 'thread' })],
  ['checks/create', () => world.host.createCheck(world.repo, world.mainSha, { key: 'again', view })],
  ['checks/update', () => world.host.updateCheck(world.repo, checkId, view)],
  [
    'pulls/create',
    () => world.host.openChange(world.repo, { branch: 'topic', base: 'main', title: 't', body: '', draft: false }),
  ],
];

/** Sends one write into a fault that would strike ten times, and counts what reached GitHub. */
async function requestsOf(operationId: string, fault: FaultScript, write: () => Promise<unknown>) {
  const standing = world.github.fault({ ...fault, match: { operationId }, times: 10 });
  const outcome = await write().then(
    () => 'done',
    (error: unknown) => error,
  );
  const { fired } = standing;
  standing.remove();
  return { outcome, fired };
}

describe.each(writes)('%s', (operationId, write) => {
  test.each<[string, FaultScript, object]>([
    ['502', { status: 502 }, { code: 'ambiguous' }],
    [
      '503 with retry-after',
      { status: 503, headers: { 'retry-after': '1' } },
      { code: 'ambiguous', retryAfterMs: 1_000 },
    ],
    ['a secondary limit', secondaryLimit(1), { code: 'limited', retryAfterMs: 1_000 }],
    ['429', { status: 429 }, { code: 'limited', retryAfterMs: 60_000 }],
    ['a broken connection', { drop: true }, { code: 'ambiguous' }],
  ])('answered with %s is sent exactly once', async (_what, fault, expected) => {
    const { outcome, fired } = await requestsOf(operationId, fault, write);
    expect(fired).toBe(1);
    expect(outcome).toMatchObject(expected);
  });
});

test('a read is not repeated either: its caller decides', async () => {
  const baseOf = () => world.host.baseOf(world.repo, thread);
  const { outcome, fired } = await requestsOf('repos/get', { status: 502 }, baseOf);
  expect(fired).toBe(1);
  expect(outcome).toMatchObject({ code: 'unavailable' });
});
