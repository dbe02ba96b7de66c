import { hasPermission, reaches } from './caller.ts';
import { runGitBackend } from '../git-host/git-http.ts';
import { servePush } from './git-push.ts';
import { backendRequest, countTransfer, parseGitPath, type GitRequest, type GitVisit } from './git-visit.ts';
import { findRepository } from './world.ts';

/** Serves fetch (contents:read) and push (contents:write); anything else is refused in GitHub's words. */
export async function serveGit(request: GitRequest): Promise<void> {
  const { world, caller } = request;
  if (caller.kind !== 'installation') return refuse(request, 401, 'Invalid username or token.');
  const named = parseGitPath(request.path);
  const repository = named && findRepository(world, named.fullName);
  const moved = repository ? undefined : world.formerNames.get(named?.fullName.toLowerCase() ?? '');
  if (named && moved && reaches(caller.token, moved)) return sendOn(request, `/${moved.fullName}.git${named.rest}`);
  if (!named || !repository || !reaches(caller.token, repository)) return refuse(request, 404, 'Repository not found.');
  const step = named.rest === '/info/refs' ? 'advertise' : 'exchange';
  const service = step === 'advertise' ? request.query.get('service') : named.rest.slice(1);
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') {
    return refuse(request, 403, 'Please upgrade your git client.');
  }
  const isPush = service === 'git-receive-pack';
  if (!hasPermission(caller.token, isPush ? 'contents:write' : 'contents:read')) {
    return refuse(request, 403, `${isPush ? 'Write' : 'Read'} access to repository not granted.`);
  }
  const visit: GitVisit = { ...request, repository, token: caller.token, service, step };
  await (isPush && step === 'exchange' ? servePush(visit) : serveStream(visit));
}

function sendOn({ world, incoming, response, query, record }: GitRequest, path: string): void {
  incoming.resume();
  record(301);
  response.writeHead(301, { location: `${world.webUrl}${path}?${query.toString()}` }).end();
}

function refuse({ incoming, response, record }: GitRequest, status: number, text: string): void {
  incoming.resume();
  record(status);
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
  response.writeHead(status, { 'content-type': 'text/plain', ...challenge }).end(`${text}\n`);
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
