import type { WorkRequest } from '../domain/work-request.ts';
import type { Trigger } from '../domain/inbound.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { Effects } from '../ports/store.ts';
import type { Commenter, Placed } from '../ports/vcs.ts';
import { applyEffect } from './apply-effect.ts';

/** What acknowledging needs. */
export interface AcknowledgeDeps {
  readonly store: { readonly effects: Effects; readonly conversations: Pick<Conversations, 'unacknowledged'> };
  readonly host: Commenter;
}

/** Puts a reaction on what was said: on what made the request when it is shown for the `first` time, and on all words since. */
export async function acknowledge(
  deps: AcknowledgeDeps,
  request: WorkRequest,
  { first }: { first: boolean },
): Promise<void> {
  const react = async (subjectId: string, trigger: Trigger): Promise<void> => {
    const put = (): Promise<Placed> => deps.host.acknowledge(request.repo, request.thread, trigger);
    await applyEffect(deps.store, { subjectId, kind: 'reaction' }, { find: put, create: put });
  };
  if (first) await react(request.id, request.trigger);
  for (const { id, trigger } of await deps.store.conversations.unacknowledged(request.id)) await react(id, trigger);
}
