import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { fullName } from '#core/domain/host/repo.ts';
import type { Role } from '#core/domain/rules/role.ts';
import type { Authoriser } from '#core/ports/host/vcs.ts';
import type { Api } from '../wire/api.ts';

const ROLES: ReadonlySet<string> = new Set<Role>(['none', 'read', 'triage', 'write', 'maintain', 'admin']);

const CollaboratorPermission = z.object({
  /** One of four levels, always; a role in between is shown as the next lower one. */
  permission: z.string(),
  /** The exact role; an organisation may name roles of its own. */
  role_name: z.string(),
  user: z.object({ id: z.number() }).nullable(),
});

/**
 * Asks GitHub what a person may do, live: `author_association` in payloads is computed without a viewer and no
 * authorisation. Anything not certain is `none`: an unknown person (404), another account under the same login
 * (names can be taken over, numbers cannot), a role we have no word for.
 * Permission: metadata:read (`GET /repos/{owner}/{repo}/collaborators/{username}/permission`,
 * https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user).
 */
export function createAuthoriser(api: Api): Authoriser {
  return {
    async roleOf(repo, actor) {
      const where = { owner: repo.owner, repo: repo.name };
      const action = `reading the role of ${actor.login} in ${fullName(repo)}`;
      try {
        const found = await api.read(
          { repo, purpose: 'roles', action },
          (octokit) => octokit.rest.repos.getCollaboratorPermissionLevel({ ...where, username: actor.login }),
          CollaboratorPermission,
        );
        return found.user?.id === actor.id ? toRole(found) : 'none';
      } catch (error) {
        if (error instanceof AppError && error.code === 'missing') return 'none';
        throw error;
      }
    },
  };
}

/** The role in our words; an organisation's own role counts as the level GitHub says it amounts to. */
function toRole(found: z.infer<typeof CollaboratorPermission>): Role {
  if (isRole(found.role_name)) return found.role_name;
  return isRole(found.permission) ? found.permission : 'none';
}

function isRole(word: string): word is Role {
  return ROLES.has(word);
}
