import type { AccessChanged, RepositoryMoved } from '../../domain/host/inbound.ts';
import type { Standing } from '../../ports/conversations.ts';
import { cancelAll } from '../command/cancel-thread.ts';
import { end, type FollowThreadDeps } from './follow-thread.ts';

const LOST = 'Access to this repository was taken away, so the work was stopped.';

/**
 * Follows what becomes of a repository: renamed or transferred, its requests go on under the new name; out of reach, what is
 * under way is stopped and its requests are over until access is given back.
 */
export async function followRepository(
  deps: FollowThreadDeps,
  event: RepositoryMoved | AccessChanged,
): Promise<string> {
  if (event.kind === 'moved') {
    await deps.store.conversations.rename(event.repo);
    return `renamed to ${event.repo.owner}/${event.repo.name}`;
  }
  const back = event.change === 'back';
  const standings = await concerned(deps, event, back ? 'access-lost' : 'open');
  for (const { request } of standings) {
    if (!back) await cancelAll(deps, { requestId: request.id }, LOST);
    await end(deps, request, back ? null : 'access-lost');
  }
  return `access ${event.change}: ${standings.length} requests`;
}

async function concerned(
  deps: FollowThreadDeps,
  { provider, installationId, repoIds }: AccessChanged,
  which: 'open' | 'access-lost',
): Promise<readonly Standing[]> {
  const { conversations } = deps.store;
  if (repoIds === undefined) return conversations.allOf({ provider, installationId }, which);
  const found = await Promise.all(repoIds.map((repoId) => conversations.allOf({ provider, repoId }, which)));
  return found.flat();
}
