import { notFound, unprocessable } from './failure.ts';
import { branchHead, listRefs, readCommit, resolveCommit } from '../git-host/git-questions.ts';
import type { Role } from './records.ts';
import { renderBranch, renderCommit, renderRef } from './render-commit.ts';
import { renderFullRepository, renderPermissions } from './render-repository.ts';
import { renderUser, roleOf } from './render-user.ts';
import { repositoryRoute, type Route } from './route.ts';

/** A repository's facts, collaborators, branches, refs and commits. */
export const repositoryRoutes: readonly Route[] = [
  repositoryRoute('GET /repos/{owner}/{repo}', ['metadata:read'], ({ world, repository }) => ({
    status: 200,
    body: renderFullRepository(world, repository),
  })),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    ['metadata:read'],
    ({ world, repository, params }) => {
      const user = world.users.get((params['username'] ?? '').toLowerCase());
      if (!user) throw notFound();
      const role = roleOf(repository, user);
      const described = { ...renderUser(world, user), role_name: role, permissions: renderPermissions(role) };
      return { status: 200, body: { permission: legacyPermission(role), role_name: role, user: described } };
    },
  ),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/branches/{branch}',
    ['contents:read'],
    async ({ world, repository, params }) => {
      const name = params['branch'] ?? '';
      const sha = await branchHead(repository.directory, name);
      if (sha === undefined) throw notFound();
      const commit = await readCommit(repository.directory, sha);
      return { status: 200, body: renderBranch(world, repository, { name, commit }) };
    },
  ),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/git/ref/{ref}',
    ['contents:read'],
    async ({ world, repository, params }) => {
      const ref = `refs/${params['ref'] ?? ''}`;
      const sha = (await listRefs(repository.directory)).get(ref);
      if (sha === undefined) throw notFound();
      return { status: 200, body: renderRef(world, repository, { ref, sha }) };
    },
  ),
  repositoryRoute(
    'GET /repos/{owner}/{repo}/commits/{ref}',
    ['contents:read'],
    async ({ world, repository, params }) => {
      const ref = params['ref'] ?? '';
      const sha = await resolveCommit(repository.directory, ref);
      if (sha === undefined) throw unprocessable([], `No commit found for SHA: ${ref}`);
      return { status: 200, body: renderCommit(world, repository, await readCommit(repository.directory, sha)) };
    },
  ),
];

/** The four-level permission that predates roles: https://docs.github.com/en/rest/collaborators/collaborators */
function legacyPermission(role: Role): 'admin' | 'write' | 'read' | 'none' {
  if (role === 'maintain') return 'write';
  return role === 'triage' ? 'read' : role;
}
