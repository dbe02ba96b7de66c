import { AppError } from '#core/domain/errors.ts';
import { fullName, type RepoRef } from '#core/domain/host/repo.ts';
import type { GitLabOptions } from './options.ts';
import type { ProjectFilter } from '../repository/projects.ts';

/** Longest time a file may take, its last byte included. */
const FILE_TIMEOUT_MS = 20_000;
const USER_AGENT = 'astraforge/0.1';

/** A file that the API has for a project. `path` is what follows the project, in segments that are not yet encoded. */
export interface WantedFile {
  readonly path: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a file; undefined when GitLab does not give it. Whoever does not read the body to its end cancels it. */
export type OpenFile = (repo: RepoRef, wanted: WantedFile) => Promise<Response | undefined>;

/**
 * Asks the API for what is no JSON: logs and uploads, as streams, once, and for at most 20 s. GitLab may send on to the object
 * storage that its administrator has set up (https://docs.gitlab.com/administration/object_storage/#proxy-download): that is
 * followed once, by https only, and without our token. `denied` for a project that is not on the list; rejects with what
 * `fetch` rejects with.
 */
export function createDownloads({ url, token }: Pick<GitLabOptions, 'url' | 'token'>, isOurs: ProjectFilter): OpenFile {
  const web = new URL(url);
  return async (repo, { path, headers = {} }) => {
    if (!isOurs(repo)) throw new AppError('denied', `a file of ${fullName(repo)}, which is not in GITLAB_PROJECTS`);
    const signal = AbortSignal.timeout(FILE_TIMEOUT_MS);
    const given = { ...headers, 'user-agent': USER_AGENT };
    const open = (target: URL, more: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(target, { redirect: 'manual', credentials: 'omit', headers: { ...given, ...more }, signal });
    const address = new URL(`${url}/api/v4/projects/${repo.id}/${path.map(encodeURIComponent).join('/')}`);
    const answer = await open(address, { authorization: `Bearer ${token}` });
    if (answer.ok) return answer;
    await answer.body?.cancel();
    const next = storageOf(answer, web);
    const stored = next && (await open(next, {}));
    if (stored === undefined || stored.ok) return stored;
    await stored.body?.cancel();
    return undefined;
  };
}

function storageOf(answer: Response, web: URL): URL | undefined {
  const location = answer.headers.get('location');
  if (answer.status < 300 || answer.status >= 400 || location === null) return undefined;
  const next = new URL(location, web);
  const isSafe = next.protocol === 'https:' || next.origin === web.origin;
  return isSafe && next.username === '' && next.password === '' ? next : undefined;
}
