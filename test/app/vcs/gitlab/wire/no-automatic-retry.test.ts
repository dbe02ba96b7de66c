import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Thread } from '#core/domain/host/inbound.ts';
import type { FaultScript } from '../../../../fakes/git-host/faults.ts';
import { rateLimited } from '../../../../fakes/gitlab/faults.ts';
import { startGitLabWorld, threadOf, type GitLabWorld } from '../gitlab-world.ts';

const view = { status: 'queued', title: 't', summary: 's', text: '' } as const;
const NOTES = '/projects/:id/issues/:issue_iid/notes';

let world: GitLabWorld;
let thread: Thread;
let noteId: string;

beforeAll(async () => {
  world = await startGitLabWorld();
  const { host, repo, repository, gitlab } = world;
  await gitlab.commit({ repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
  thread = threadOf((await gitlab.openIssue({ repository, by: 'mona', title: 'Bug' })).issue);
  noteId = (await host.createComment(repo, thread, 'first')).externalId;
});
afterAll(() => world[Symbol.asyncDispose]());

const writes: [string, () => Promise<unknown>][] = [
  [`POST ${NOTES}`, () => world.host.createComment(world.repo, thread, 'again')],
  [`PUT ${NOTES}/:note_id`, () => world.host.updateComment(world.repo, noteId, 'again')],
  [
    'POST /projects/:id/issues/:issue_iid/award_emoji',
    () => world.host.acknowledge(world.repo, thread, { kind: 'thread' }),
  ],
  ['POST /projects/:id/statuses/:sha', () => world.host.createCheck(world.repo, world.mainSha, { key: 'again', view })],
  [
    'POST /projects/:id/merge_requests',
    () => world.host.openChange(world.repo, { branch: 'topic', base: 'main', title: 't', body: '', draft: false }),
  ],
];

/** Sends one request into a fault that would strike ten times, and counts what reached GitLab. */
async function requestsOf(operationId: string, fault: FaultScript, send: () => Promise<unknown>) {
  const standing = world.gitlab.fault({ ...fault, match: { operationId }, times: 10 });
  const outcome = await send().then(
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
    ['429', rateLimited(1), { code: 'limited', retryAfterMs: 1_000 }],
    ['a broken connection', { drop: true }, { code: 'ambiguous' }],
  ])('answered with %s is sent exactly once', async (_what, fault, expected) => {
    const { outcome, fired } = await requestsOf(operationId, fault, write);
    expect(fired).toBe(1);
    expect(outcome).toMatchObject(expected);
  });
});

test('a read is not repeated either: its caller decides', async () => {
  const baseOf = () => world.host.baseOf(world.repo, thread);
  const { outcome, fired } = await requestsOf('GET /projects/:id', { status: 502 }, baseOf);
  expect(fired).toBe(1);
  expect(outcome).toMatchObject({ code: 'unavailable' });
});
