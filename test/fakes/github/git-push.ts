import { runGitBackend } from '../git-host/git-http.ts';
import { listRefs } from '../git-host/git-questions.ts';
import { backendRequest, countTransfer, type GitVisit } from './git-visit.ts';
import { followBranch } from './pull-requests.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import { announceDelete } from './webhook-life.ts';
import { announcePush, type MovedRef } from './webhook-push.ts';

const ZERO_SHA = '0'.repeat(40);
const BRANCH_PREFIX = 'refs/heads/';

/**
 * Serves the pack of a push, one at a time per repository. The answer is held back until pull requests and the
 * ledger know of the push: git waits for it, and so may tests.
 */
export function servePush(visit: GitVisit): Promise<void> {
  return inPushQueue(visit.repository, async () => {
    const { repository, response } = visit;
    const before = await listRefs(repository.directory);
    const chunks: Buffer[] = [];
    let head: { status: number; headers: Record<string, string> } = { status: 500, headers: {} };
    const { bytesReceived } = await runGitBackend(backendRequest(visit), {
      head: (status, headers) => (head = { status, headers }),
      data: (chunk) => chunks.push(chunk),
    });
    const moved = movedRefs(before, await listRefs(repository.directory));
    if (moved.length > 0) await settlePush(visit, moved);
    const answer = Buffer.concat(chunks);
    countTransfer(visit, { status: head.status, bytesServed: answer.byteLength, bytesReceived });
    if (await visit.disturbAfter()) return;
    visit.record(head.status);
    response.writeHead(head.status, head.headers).end(answer);
  });
}

async function settlePush(visit: GitVisit, moved: readonly MovedRef[]): Promise<void> {
  const { world, repository, token, path } = visit;
  const by = world.app.botUser;
  world.ledger.push({
    seq: world.ledger.length + 1,
    at: world.now(),
    kind: 'push',
    method: 'POST',
    path,
    body: moved,
    tokenId: token.id,
    resultId: moved.map((one) => one.ref).join(' '),
  });
  for (const one of moved) {
    world.hooks.background(announcePush(world, repository, { ...one, by }));
    if (one.after === ZERO_SHA) world.hooks.background(announceDelete(world, repository, { ref: one.ref, by }));
    if (one.after === ZERO_SHA || !one.ref.startsWith(BRANCH_PREFIX)) continue;
    await followBranch(world, repository, { ...one, branch: one.ref.slice(BRANCH_PREFIX.length), by });
  }
}

function movedRefs(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): MovedRef[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? ZERO_SHA, after: after.get(ref) ?? ZERO_SHA }))
    .filter((one) => one.before !== one.after);
}
