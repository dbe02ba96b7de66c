import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import { hasRole } from '#core/domain/rules/role.ts';
import type { Authoriser, Identity, RepositoryFinder } from '#core/ports/host/vcs.ts';
import { ProjectPath } from '../inbound/payloads.ts';
import { placeOf } from '../inbound/translation.ts';
import type { Api } from '../wire/api.ts';
import type { ProjectFilter } from './projects.ts';

const Project = z.object({ id: z.number(), path_with_namespace: ProjectPath });

/**
 * Finds a project by its path: `GET /projects/:id` (https://docs.gitlab.com/api/projects/), scope `read_api`. It has to be on
 * the list of those we work for, and our account has to be a Developer there: everybody can read a public project.
 */
export function createRepositoryFinder(
  api: Api,
  isOurs: ProjectFilter,
  ourselves: Authoriser & Identity,
): RepositoryFinder {
  return {
    async findRepository(_provider, path) {
      const found = await api
        .read({ repo: undefined, action: `finding ${path}` }, (gitlab) => gitlab.Projects.show(path), Project)
        .catch((thrown: unknown) => {
          if (thrown instanceof AppError && thrown.code === 'missing') return undefined;
          throw thrown;
        });
      if (found === undefined) return undefined;
      const repo = placeOf(found);
      if (!isOurs(repo)) return undefined;
      return hasRole(await ourselves.roleOf(repo, await ourselves.self(repo)), 'write') ? repo : undefined;
    },
  };
}
