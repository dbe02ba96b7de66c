import { runGitBackend } from '../git-host/git-http.ts';
import { listRefs } from '../git-host/git-questions.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import { settleRefs } from './branches.ts';
import { backendRequest, countTransfer, type GitVisit } from './git-visit.ts';
import { ZERO_SHA, type MovedRef } from './webhook-push.ts';

/**
 * Serves the pack of a push, one at a time per project. The answer is held back until merge requests and the ledger
 * know of the push: git waits for it, and so may tests.
 */
export function servePush(visit: GitVisit): Promise<void> {
  return inPushQueue(visit.project, async () => {
    const { project, response } = visit;
    const before = await listRefs(project.directory);
    const chunks: Buffer[] = [];
    let head: { status: number; headers: Record<string, string> } = { status: 500, headers: {} };
    const { bytesReceived } = await runGitBackend(backendRequest(visit), {
      head: (status, headers) => (head = { status, headers }),
      data: (chunk) => chunks.push(chunk),
    });
    const moved = movedRefs(before, await listRefs(project.directory));
    if (moved.length > 0) await settlePush(visit, moved);
    const answer = Buffer.concat(chunks);
    countTransfer(visit, { status: head.status, bytesServed: answer.byteLength, bytesReceived });
    if (await visit.disturbAfter()) return;
    visit.record(head.status);
    response.writeHead(head.status, head.headers).end(answer);
  });
}

async function settlePush(visit: GitVisit, moved: readonly MovedRef[]): Promise<void> {
  const { world, project, token, path } = visit;
  if (!token) throw new Error('a push without a token went through');
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
  await settleRefs(world, project, { moved, by: token.user });
}

function movedRefs(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): MovedRef[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? ZERO_SHA, after: after.get(ref) ?? ZERO_SHA }))
    .filter((one) => one.before !== one.after);
}
