import { recordWrite } from '../git-host/answer.ts';
import { refuseGit, serveGitVisit } from '../git-host/git-serve.ts';
import { aimOf, type GitRequest, type GitVisit } from '../git-host/git-visit.ts';
import { settleRefs } from './branches.ts';
import { hasScope } from './caller.ts';
import { effectiveMembership, mayDo } from './membership.ts';
import type { ProjectRecord, Scope, TokenRecord } from './records.ts';
import { findProject, type World } from './world.ts';

const MAINTAINER = 40;
const READ_SCOPES: readonly Scope[] = ['api', 'read_api', 'read_repository', 'write_repository'];
const WRITE_SCOPES: readonly Scope[] = ['api', 'write_repository'];
const GONE = "The project you were looking for could not be found or you don't have permission to view it.";
const BAD_PASSWORD = 'HTTP Basic: Access denied. If a password was provided for Git authentication, it was incorrect.';

/** Whose token came with a Git request; undefined without usable credentials, `anonymous` when none were sent. */
export interface GitCaller {
  readonly token: TokenRecord | undefined;
  readonly anonymous: boolean;
}

/** `/group/name.git/rest`; undefined when the path is no Git path. */
export function parseGitPath(gitPath: string): { readonly fullName: string; readonly rest: string } | undefined {
  const match = /^\/(.+?)\.git(\/.*)$/.exec(gitPath);
  return match ? { fullName: decodeURIComponent(match[1] ?? ''), rest: match[2] ?? '' } : undefined;
}

/**
 * Serves fetch and push. Scopes and roles as in https://docs.gitlab.com/user/permissions/#repository and
 * https://docs.gitlab.com/user/project/settings/project_access_tokens/#scopes; refusals in GitLab's words.
 */
export async function serveGit(world: World, request: GitRequest, { token, anonymous }: GitCaller): Promise<void> {
  const { fullName = '', rest = '' } = parseGitPath(request.path) ?? {};
  const project = findProject(world, fullName) ?? world.formerPaths.get(fullName.toLowerCase());
  const aim = aimOf(rest, request.query);
  if (!aim) return refuse(request, 403, 'Git access over HTTP is not allowed.');
  const isPush = aim.service === 'git-receive-pack';
  if (token === undefined && !(anonymous && !isPush && project?.private === false)) {
    return refuse(request, 401, BAD_PASSWORD);
  }
  if (!project) return refuse(request, 404, GONE);
  if (token !== undefined) {
    const nowMs = world.now();
    if (!mayDo(project, token.user, { need: 'project', nowMs })) return refuse(request, 404, GONE);
    const need = isPush ? 'develop' : 'code';
    if (!hasScope(token, isPush ? WRITE_SCOPES : READ_SCOPES) || !mayDo(project, token.user, { need, nowMs })) {
      const aimed = isPush ? 'push code to' : 'download code from';
      return refuse(request, 403, `You are not allowed to ${aimed} this project.`);
    }
  }
  await serveGitVisit({ ...request, ...aim, rest, ...visitOf(world, { project, token, path: request.path }) });
}

// The user tells the push guard whether protected branches are open.
function visitOf(
  world: World,
  { project, token, path }: { project: ProjectRecord; token: TokenRecord | undefined; path: string },
): Pick<GitVisit, 'world' | 'repository' | 'tokenId' | 'told' | 'settle'> {
  const level = token ? (effectiveMembership(project, token.user, world.now())?.level ?? 0) : 0;
  return {
    world,
    repository: project,
    tokenId: token?.id,
    told: { user: level >= MAINTAINER ? 'maintainer' : 'developer', variables: {} },
    settle: async (moved) => {
      if (!token) throw new Error('a push without a token went through');
      const resultId = moved.map((one) => one.ref).join(' ');
      recordWrite(world, { kind: 'push', method: 'POST', path, body: moved, tokenId: token.id, resultId });
      await settleRefs(world, project, { moved, by: token.user });
    },
  };
}

function refuse(request: GitRequest, status: number, text: string): void {
  refuseGit(request, status, { text, realm: 'GitLab' });
}
