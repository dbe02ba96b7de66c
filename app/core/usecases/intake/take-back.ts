import type { Unsaid } from '../../domain/host/inbound.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Outbox } from '../../ports/store.ts';
import { cancelAll, type CancelThreadDeps } from '../command/cancel-thread.ts';

/** What taking words back needs. */
export type TakeBackDeps = CancelThreadDeps & {
  readonly store: { readonly conversations: Conversations; readonly outbox: Outbox };
};

/**
 * Follows an edit or a deletion: words that nothing has been done about are taken back, and whoever edited can ask anew.
 * What has begun goes on, since somebody saw it begin. An edit never starts anything.
 */
export async function takeBack(deps: TakeBackDeps, { repo, trigger, how, actor }: Unsaid): Promise<string> {
  const { conversations, outbox } = deps.store;
  const message = await conversations.takeBack(repo, trigger);
  if (message !== undefined) {
    await outbox.enqueue([{ name: 'report-progress', payload: message }]);
    return `taken back: ${how}`;
  }
  const request = await conversations.notBegun(repo, trigger);
  if (request === undefined) return `ignored: ${how} after it began, or not one of ours`;
  const reason = `@${actor.login} ${how} the comment that asked for this before it began.`;
  await cancelAll(deps, request, reason);
  return `cancelled: ${how}`;
}
