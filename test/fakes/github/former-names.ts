import { reaches, type Caller } from './caller.ts';
import type { RepositoryRecord } from './records.ts';
import type { Answer } from './route.ts';
import type { World } from './world.ts';

/** A request as far as it names a repository. `search` is the query with its `?`, or empty. */
interface Named {
  readonly method: string;
  readonly path: string;
  readonly search: string;
}

/**
 * Where GitHub sends a request that names a repository by a former name: 301 for reading, 307 for the rest, to the same
 * thing under the repository's number. Undefined when there is nothing to send on, or the caller may not know of it.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
 */
export function forward(world: World, { method, path, search }: Named, caller: Caller): Answer | undefined {
  const match = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path);
  const name = decodeURIComponent(match?.[1] ?? '').toLowerCase();
  const repository = world.repositories.has(name) ? undefined : world.formerNames.get(name);
  if (!repository || !mayKnow(caller, repository)) return undefined;
  const location = `${world.apiUrl}/repositories/${repository.id}${match?.[2] ?? ''}${search}`;
  const [status, message] = method === 'GET' ? [301, 'Moved Permanently'] : [307, 'Temporary Redirect'];
  return {
    status,
    body: { message, url: location, documentation_url: 'https://docs.github.com/rest' },
    headers: { location },
  };
}

/** The path by name behind one by number, which GitHub takes everywhere and describes nowhere; others as they are. */
export function pathByName(world: World, path: string): string {
  const match = /^\/repositories\/(\d+)(\/.*)?$/.exec(path);
  const id = Number(match?.[1]);
  const repository = [...world.repositories.values()].find((one) => one.id === id);
  return repository === undefined ? path : `/repos/${repository.fullName}${match?.[2] ?? ''}`;
}

function mayKnow(caller: Caller, repository: RepositoryRecord): boolean {
  if (caller.kind === 'installation') return reaches(caller.token, repository);
  return caller.kind === 'app' || !repository.private;
}
