import { refuseGit, serveGitVisit } from '../git-host/git-serve.ts';
import { aimOf, type GitRequest } from '../git-host/git-visit.ts';
import { hasPermission, reaches, type Caller } from './caller.ts';
import { WORKFLOWS_ALLOWED_VARIABLE } from './git-push-guard.ts';
import { settlePush } from './git-push.ts';
import { findRepository, type World } from './world.ts';

/** `/owner/name.git/rest`; undefined when the path is no Git path. */
export function parseGitPath(path: string): { readonly fullName: string; readonly rest: string } | undefined {
  const match = /^\/([^/]+)\/([^/]+)\.git(\/.*)$/.exec(path);
  return match ? { fullName: `${match[1] ?? ''}/${match[2] ?? ''}`, rest: match[3] ?? '' } : undefined;
}

/** Serves fetch (contents:read) and push (contents:write); anything else is refused in GitHub's words. */
export async function serveGit(world: World, request: GitRequest, caller: Caller): Promise<void> {
  if (caller.kind !== 'installation') return refuse(request, 401, 'Invalid username or token.');
  const { token } = caller;
  const named = parseGitPath(request.path);
  const repository = named && findRepository(world, named.fullName);
  const moved = repository ? undefined : world.formerNames.get(named?.fullName.toLowerCase() ?? '');
  if (named && moved && reaches(token, moved)) {
    return sendOn(request, `${world.webUrl}/${moved.fullName}.git${named.rest}`);
  }
  if (!named || !repository || !reaches(token, repository)) return refuse(request, 404, 'Repository not found.');
  const { rest } = named;
  const aim = aimOf(rest, request.query);
  if (!aim) return refuse(request, 403, 'Please upgrade your git client.');
  const isPush = aim.service === 'git-receive-pack';
  if (!hasPermission(token, isPush ? 'contents:write' : 'contents:read')) {
    return refuse(request, 403, `${isPush ? 'Write' : 'Read'} access to repository not granted.`);
  }
  const variables = { [WORKFLOWS_ALLOWED_VARIABLE]: hasPermission(token, 'workflows:write') ? '1' : '0' };
  await serveGitVisit({
    ...request,
    ...aim,
    world,
    repository,
    rest,
    tokenId: token.id,
    told: { user: 'x-access-token', variables },
    settle: (refs) => settlePush(world, { repository, token, path: request.path }, refs),
  });
}

function sendOn({ incoming, response, query, record }: GitRequest, url: string): void {
  incoming.resume();
  record(301);
  response.writeHead(301, { location: `${url}?${query.toString()}` }).end();
}

function refuse(request: GitRequest, status: number, text: string): void {
  refuseGit(request, status, { text, realm: 'GitHub' });
}
