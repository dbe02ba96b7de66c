import type { ApiCallOf } from '../../contracts/api-call.ts';
import { AppError } from '../../domain/errors.ts';
import { traitsOf } from '../../domain/host/host-traits.ts';
import type { Provider, RepoRef } from '../../domain/host/repo.ts';
import { DONE, refused, type CallOutcome } from '../../domain/rules/call-outcome.ts';
import type { RepositoryLinks } from '../../ports/access/tenants.ts';
import type { BaseReader, RepositoryFinder } from '../../ports/host/vcs.ts';

/** What linking needs. */
export interface LinkRepositoryDeps {
  readonly store: { readonly links: RepositoryLinks };
  readonly host: BaseReader & RepositoryFinder;
}

/** Where work begins that no thread asked for. */
export interface Ground {
  readonly repo: RepoRef;
  readonly base: { readonly ref: string; readonly sha: string };
}

/**
 * Links a repository to a tenant once the host has shown that we can work in it.
 * @throws AppError retryable when the host does not say.
 */
export async function linkRepository(deps: LinkRepositoryDeps, call: ApiCallOf<'link'>): Promise<CallOutcome> {
  const { provider, repository } = call;
  const ground = await groundOf(deps, provider, repository);
  if ('refusal' in ground) return refused(ground.refusal, 'repository');
  const added = await deps.store.links.add({
    id: call.id,
    tenantId: call.tenant_id,
    repo: ground.repo,
    approval: call.approval,
    createdBy: call.by.login,
  });
  if (added === 'exists') return refused('There is a link to this repository already.', 'non_field_errors');
  // That it is there and whose it is are nobody's business.
  return added === 'foreign' ? refused(unreachable(call), 'repository') : DONE;
}

/** The repository of that name and the head of its default branch, as the host has them now, or why there is none for us. */
export async function groundOf(
  { host }: Pick<LinkRepositoryDeps, 'host'>,
  provider: Provider,
  repository: string,
): Promise<Ground | { readonly refusal: string }> {
  const unreached = { refusal: unreachable({ provider, repository }) };
  try {
    const repo = await host.findRepository(provider, repository);
    if (repo === undefined) return unreached;
    // Of an issue it is the default branch, whichever issue that is.
    const { ref, sha } = await host.baseOf(repo, { kind: 'issue', number: 0 });
    return { repo, base: { ref, sha } };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    if (thrown.code === 'conflict') return { refusal: `${repository} has no commit yet.` };
    if (['denied', 'missing', 'invalid'].includes(thrown.code)) return unreached;
    throw thrown;
  }
}

function unreachable({ provider, repository }: Pick<ApiCallOf<'link'>, 'provider' | 'repository'>): string {
  return `${repository} cannot be reached. ${traitsOf(provider).installHint}`;
}
