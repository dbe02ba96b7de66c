import type { Bundle, Repositories, UnpublishedWork } from '../../ports/host/repository.ts';
import type { Logger } from '../../ports/runtime.ts';
import type { Cloner } from '../../ports/host/vcs.ts';
import type { HeldRun } from './hold-run.ts';

/** What fetching needs. */
export interface FetchBundleDeps {
  readonly host: Cloner;
  readonly repositories: Repositories;
  readonly logger: Logger;
}

/**
 * Brings the repository's mirror up to date with a token narrowed to reading it, and writes the hand-over bundle of the
 * run's base (or another one), with unpublished work on top where there is some.
 */
export async function fetchBundle(
  deps: FetchBundleDeps,
  held: HeldRun,
  { onTop, base = held.base }: { onTop?: UnpublishedWork | undefined; base?: HeldRun['base'] } = {},
): Promise<Bundle> {
  const { repo } = held.request;
  const access = await deps.host.gitAccess(repo, 'read');
  try {
    return await deps.repositories.bundle(repo, base, access, onTop);
  } finally {
    void deps.host.revoke(access).catch((err: unknown) => deps.logger.warn({ err }, 'a read token was not revoked'));
  }
}
