import type { WorkRequest } from '../../domain/request/work-request.ts';
import type { Message } from '../../domain/request/message.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Effects } from '../../ports/store.ts';
import type { Commenter, Placed } from '../../ports/host/vcs.ts';
import { applyEffect } from './apply-effect.ts';

/** What acknowledging needs. */
export interface AcknowledgeDeps {
  readonly store: { readonly effects: Effects; readonly conversations: Pick<Conversations, 'unacknowledged'> };
  readonly host: Commenter;
}

/** Puts a reaction on what was said on the host: on what made the request when it is shown for the `first` time, and on all words since. */
export async function acknowledge(
  deps: AcknowledgeDeps,
  request: WorkRequest,
  { first }: { first: boolean },
): Promise<void> {
  const react = async (subjectId: string, { thread, trigger }: Pick<Message, 'thread' | 'trigger'>): Promise<void> => {
    if (thread === null || trigger === null) return;
    const put = (): Promise<Placed> => deps.host.acknowledge(request.repo, thread, trigger);
    await applyEffect(deps.store, { subjectId, kind: 'reaction' }, { find: put, create: put });
  };
  if (first) await react(request.id, request);
  for (const message of await deps.store.conversations.unacknowledged(request.id)) await react(message.id, message);
}
