import type { WorkRequest } from '../domain/work-request.ts';
import type { Bundle, Repositories } from '../ports/repository.ts';
import type { Logger } from '../ports/runtime.ts';
import type { Cloner } from '../ports/vcs.ts';

/** What fetching needs. */
export interface FetchBundleDeps {
  readonly host: Cloner;
  readonly repositories: Repositories;
  readonly logger: Logger;
}

/** Brings the repository's mirror up to date with a token narrowed to reading it, and writes the hand-over bundle. */
export async function fetchBundle(deps: FetchBundleDeps, request: WorkRequest): Promise<Bundle> {
  const access = await deps.host.gitAccess(request.repo, 'read');
  try {
    return await deps.repositories.bundle(request.repo, request.base, access);
  } finally {
    void deps.host.revoke(access).catch((err: unknown) => deps.logger.warn({ err }, 'a read token was not revoked'));
  }
}
