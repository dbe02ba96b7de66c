import { z } from 'zod';
import type { WordLog } from '#core/ports/host/word-log.ts';
import { PAGE_ITEMS, type Api } from '../wire/api.ts';
import { ProjectPath } from '../inbound/payloads.ts';
import type { ProjectFilter } from './projects.ts';
import { placeOf } from '../inbound/translation.ts';

const Projects = z.array(z.object({ id: z.number(), path_with_namespace: ProjectPath }));

/**
 * The projects that the token is a member of, by its own or an inherited membership, and that are on the list: `GET
 * /projects?membership=true`, in the order of their numbers, so that none is passed over when others come or go. Scope
 * `read_api` (https://docs.gitlab.com/api/projects/#list-all-projects).
 */
export function createRepositoryLister(api: Api, isOurs: ProjectFilter): Pick<WordLog, 'repositories'> {
  return {
    async repositories(cursor) {
      const order = { orderBy: 'id', sort: 'asc', perPage: PAGE_ITEMS, page: 1 } as const;
      const after = cursor === undefined ? {} : { idAfter: Number(cursor) };
      const projects = await api.read(
        { repo: undefined, action: 'listing the projects we are a member of' },
        (gitlab) => gitlab.Projects.all({ membership: true, archived: false, simple: true, ...order, ...after }),
        Projects,
      );
      const last = projects.at(-1);
      const next = projects.length < PAGE_ITEMS || last === undefined ? undefined : String(last.id);
      return { repos: projects.map(placeOf).filter(isOurs), next };
    },
  };
}
