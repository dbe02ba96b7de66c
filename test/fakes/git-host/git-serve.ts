import { runGitBackend } from './git-http.ts';
import { listRefs } from './git-questions.ts';
import { backendRequest, countTransfer, type GitRequest, type GitVisit } from './git-visit.ts';
import { movedRefs } from './moved-refs.ts';
import { inPushQueue } from './push-queue.ts';

/** Serves a fetch or a push to the end. */
export function serveGitVisit(visit: GitVisit): Promise<void> {
  return visit.service === 'git-receive-pack' && visit.step === 'exchange' ? servePush(visit) : serveStream(visit);
}

/** Refuses in plain text; `realm` is for the challenge of a 401. */
export function refuseGit(
  { incoming, response, record }: GitRequest,
  status: number,
  { text, realm }: { readonly text: string; readonly realm: string },
): void {
  incoming.resume();
  record(status);
  const challenge = status === 401 ? { 'www-authenticate': `Basic realm="${realm}"` } : {};
  response.writeHead(status, { 'content-type': 'text/plain', ...challenge }).end(`${text}\n`);
}

/**
 * Serves the pack of a push, one at a time per repository. The answer is held back until changes and the ledger know
 * of the push: git waits for it, and so may tests.
 */
function servePush(visit: GitVisit): Promise<void> {
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
    if (moved.length > 0) await visit.settle(moved);
    const answer = Buffer.concat(chunks);
    countTransfer(visit, { status: head.status, bytesServed: answer.byteLength, bytesReceived });
    if (await visit.disturbAfter()) return;
    visit.record(head.status);
    response.writeHead(head.status, head.headers).end(answer);
  });
}

async function serveStream(visit: GitVisit): Promise<void> {
  const { response } = visit;
  let status = 500;
  let bytesServed = 0;
  const { bytesReceived } = await runGitBackend(backendRequest(visit), {
    head: (code, headers) => {
      status = code;
      response.writeHead(code, headers);
    },
    data: (chunk) => {
      bytesServed += chunk.byteLength;
      response.write(chunk);
    },
  });
  countTransfer(visit, { status, bytesServed, bytesReceived });
  visit.record(response.destroyed ? 0 : status);
  response.end();
}
