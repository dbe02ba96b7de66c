import type { Actor, RepoRef } from '../../domain/host/repo.ts';
import type { Thread } from '../../domain/host/inbound.ts';
import type { Conversations, ThreadKey } from '../../ports/conversations.ts';
import type { Effects, Outbox, Runs } from '../../ports/store.ts';
import { cancelRun } from './cancel-run.ts';
import type { Obeyed } from './commander.ts';
import { uuidOf } from '../intake/derive-id.ts';
import type { HoldRunDeps } from '../run/hold-run.ts';

/** What cancelling needs. */
export type CancelThreadDeps = HoldRunDeps & {
  readonly store: { runs: Runs; outbox: Outbox; conversations: Conversations };
};

/** A thread as the store knows it. */
export function keyOf(repo: RepoRef, thread: Pick<Thread, 'kind' | 'number'>): ThreadKey {
  return { provider: repo.provider, repoId: repo.id, kind: thread.kind, number: thread.number };
}

/**
 * A person cancels all that goes on in a thread, and what was said there and has not begun. That there was something is put
 * on record first, so that doing it again after a crash, when nothing is left, does not say that there was nothing.
 */
export async function cancelThread(
  deps: CancelThreadDeps & { readonly store: { readonly effects: Effects } },
  by: { repo: RepoRef; actor: Actor; thread: Pick<Thread, 'kind' | 'number'>; deliveryId: string },
): Promise<Obeyed> {
  const { effects, conversations } = deps.store;
  const thread = keyOf(by.repo, by.thread);
  // The reply that is not needed: planned, and never sent.
  const spared = uuidOf(deps.runtime, `cancel/${by.deliveryId}`);
  const isRepeated = (await effects.read(spared, 'reply')) !== undefined;
  if (!isRepeated && (await conversations.underWay(thread))) await effects.plan(spared, 'reply');
  const count = await cancelAll(deps, thread, `Cancelled by @${by.actor.login}.`);
  if (count > 0 || isRepeated) return { outcome: `cancelled ${count}` };
  return { outcome: 'nothing to cancel', text: 'Nothing of mine is under way here.' };
}

/**
 * Cancels runs, and takes back words that wait. Runs that nobody works on end here and now; the others end where they are
 * held, or are queued to end. Gives how many runs and words there were.
 */
export async function cancelAll(
  deps: CancelThreadDeps,
  of: ThreadKey | { readonly requestId: string },
  reason: string,
): Promise<number> {
  const { runs, outbox, conversations } = deps.store;
  const dropped = await conversations.dropWaiting(of);
  const runIds = await runs.requestCancel(of, reason);
  for (const runId of runIds) {
    if (await cancelRun(deps, runId)) continue;
    await outbox.enqueue([{ name: 'execute-run', payload: { runId } }]);
  }
  return runIds.length + dropped;
}
