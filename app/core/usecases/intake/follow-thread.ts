import { threadWord } from '../../domain/host/host-traits.ts';
import type { BranchDeleted, ThreadMoved } from '../../domain/host/inbound.ts';
import { branchOf, requestOfBranch, type RequestEnd, type WorkRequest } from '../../domain/request/work-request.ts';
import type { Conversations, Standing } from '../../ports/conversations.ts';
import type { Outbox } from '../../ports/store.ts';
import type { Confirmer } from '../../ports/host/vcs.ts';
import { cancelAll, keyOf, type CancelThreadDeps } from '../command/cancel-thread.ts';
import { isConfirmed, NOT_CONFIRMED } from '../command/is-confirmed.ts';

/** What following threads needs. */
export type FollowThreadDeps = CancelThreadDeps & {
  readonly host: Partial<Confirmer>;
  readonly store: { readonly conversations: Conversations; readonly outbox: Outbox };
};

/**
 * Follows the life of an issue or a pull request: closed or merged, its runs are cancelled and its request is over; reopened,
 * the request goes on being spoken to. A deleted branch of ours ends its request.
 */
export async function followThread(deps: FollowThreadDeps, event: ThreadMoved | BranchDeleted): Promise<string> {
  if (event.kind === 'branch-deleted') return followBranch(deps, event);
  if (!(await isConfirmed(deps, event))) return NOT_CONFIRMED;
  const thread = keyOf(event.repo, event.thread);
  const { change } = event;
  if (change === 'reopened') return reopen(deps, await deps.store.conversations.find(thread, 'any'), event);
  const what = threadWord(event.repo.provider, event.thread.kind);
  const count = await cancelAll(
    deps,
    thread,
    `The ${what} was ${change} by @${event.actor.login} before this was done.`,
  );
  const standing = await deps.store.conversations.find(thread, 'open');
  if (standing !== undefined && endsWith(standing, event))
    await end(deps, standing.request, change === 'merged' ? 'merged' : 'closed');
  return `cancelled ${count} runs; ${change}`;
}

/** A request is over with its change, or with its thread when it never got as far as a change. */
function endsWith({ request, run }: Standing, { thread }: ThreadMoved): boolean {
  if (run.change !== null) return thread.kind === 'pull' && run.change.number === thread.number;
  // Of the API: this is a change of an earlier run of it, or it would not have been found.
  if (request.thread === null) return thread.kind === 'pull';
  return request.thread.kind === thread.kind && request.thread.number === thread.number;
}

async function reopen(deps: FollowThreadDeps, standing: Standing | undefined, event: ThreadMoved): Promise<string> {
  if (standing?.request.ended !== 'closed' || !endsWith(standing, event)) return 'ignored: reopened, nothing of ours';
  await end(deps, standing.request, null);
  return 'reopened';
}

async function followBranch(deps: FollowThreadDeps, { branch, repo, actor }: BranchDeleted): Promise<string> {
  const key = requestOfBranch(branch);
  const standing = key === undefined ? undefined : await deps.store.conversations.findByKey({ key });
  if (
    standing === undefined ||
    standing.request.repo.id !== repo.id ||
    standing.request.repo.provider !== repo.provider
  )
    return 'ignored: not a branch of ours';
  const { request } = standing;
  if (request.ended !== null || branch !== branchOf(request.id)) return 'ignored: over already';
  await cancelAll(deps, { requestId: request.id }, `@${actor.login} deleted the branch \`${branch}\`.`);
  await end(deps, request, 'branch-deleted');
  return 'branch deleted';
}

/** Ends a request or opens it again, and shows it. */
export async function end(
  deps: FollowThreadDeps,
  { id, state }: Pick<WorkRequest, 'id' | 'state'>,
  how: RequestEnd | null,
): Promise<void> {
  await deps.store.conversations.end(id, how, how === 'merged' && state === 'MR_OPENED' ? 'DONE' : undefined);
  await deps.store.outbox.enqueue([{ name: 'report-progress', payload: { requestId: id } }]);
}
