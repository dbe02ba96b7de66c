import { runGitBackend } from '../git-host/git-http.ts';
import { hasScope } from './caller.ts';
import { servePush } from './git-push.ts';
import { backendRequest, countTransfer, parseGitPath, type GitRequest, type GitVisit } from './git-visit.ts';
import { mayDo } from './membership.ts';
import type { Scope } from './records.ts';
import { findProject } from './world.ts';

const READ_SCOPES: readonly Scope[] = ['api', 'read_api', 'read_repository', 'write_repository'];
const WRITE_SCOPES: readonly Scope[] = ['api', 'write_repository'];
const GONE = "The project you were looking for could not be found or you don't have permission to view it.";

/**
 * Serves fetch and push. Scopes and roles as in https://docs.gitlab.com/user/permissions/#repository and
 * https://docs.gitlab.com/user/project/settings/project_access_tokens/#scopes; refusals in GitLab's words.
 */
export async function serveGit(request: GitRequest): Promise<void> {
  const { world, token } = request;
  const named = parseGitPath(request.path);
  const project = named && (findProject(world, named.fullName) ?? world.formerPaths.get(named.fullName.toLowerCase()));
  const step = named?.rest === '/info/refs' ? 'advertise' : 'exchange';
  const service = step === 'advertise' ? request.query.get('service') : named?.rest.slice(1);
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack') {
    return refuse(request, 403, 'Git access over HTTP is not allowed.');
  }
  const isPush = service === 'git-receive-pack';
  if (token === undefined && !(request.anonymous && !isPush && project?.private === false)) {
    return refuse(
      request,
      401,
      'HTTP Basic: Access denied. If a password was provided for Git authentication, it was incorrect.',
    );
  }
  if (!project) return refuse(request, 404, GONE);
  if (token !== undefined) {
    const nowMs = world.now();
    if (!mayDo(project, token.user, { need: 'project', nowMs })) return refuse(request, 404, GONE);
    const need = isPush ? 'develop' : 'code';
    if (!hasScope(token, isPush ? WRITE_SCOPES : READ_SCOPES) || !mayDo(project, token.user, { need, nowMs })) {
      return refuse(
        request,
        403,
        `You are not allowed to ${isPush ? 'push code to' : 'download code from'} this project.`,
      );
    }
  }
  const visit: GitVisit = { ...request, project, service, step };
  await (isPush && step === 'exchange' ? servePush(visit) : serveStream(visit));
}

function refuse({ incoming, response, record }: GitRequest, status: number, text: string): void {
  incoming.resume();
  record(status);
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="GitLab"' } : {};
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
