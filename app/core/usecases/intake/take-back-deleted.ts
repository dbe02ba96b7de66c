import type { WorkRequest } from '../../domain/request/work-request.ts';
import type { WordsPlace } from '../../domain/command/words-key.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Logger } from '../../ports/runtime.ts';
import type { WordsCheck } from '../../ports/host/word-log.ts';

/** What looking for deleted words needs; a host without that role is not asked. */
export interface TakeBackDeletedDeps {
  readonly store: { readonly conversations: Pick<Conversations, 'waiting' | 'takeBack'> };
  readonly host: Partial<WordsCheck>;
  readonly logger: Logger;
}

/**
 * Takes back words that wait for the request and were deleted on the host, as the event of a deletion does; to be called
 * right before waiting words are begun with. GitLab tells of no deletion, and GitHub's word of one may have been missed.
 */
export async function takeBackDeleted(deps: TakeBackDeletedDeps, { id, repo }: WorkRequest): Promise<void> {
  const { conversations } = deps.store;
  for (const { thread, trigger } of await conversations.waiting(id)) {
    // What came through the API is nowhere on the host.
    if (thread === null || trigger === null) continue;
    if (await isStillThere(deps, { repo, thread, trigger })) continue;
    await conversations.takeBack(repo, trigger);
    deps.logger.info({ requestId: id, trigger: trigger.kind }, 'words were deleted before anything began');
  }
}

/** Whether words can be begun with: not when they were deleted. A host that does not say keeps nobody up. */
export async function isStillThere(
  { host, logger }: Pick<TakeBackDeletedDeps, 'host' | 'logger'>,
  { repo, thread, trigger }: WordsPlace & Pick<WorkRequest, 'repo'>,
): Promise<boolean> {
  if (host.isThere === undefined) return true;
  return host.isThere(repo, { thread, trigger }).catch((thrown: unknown) => {
    logger.warn({ trigger: trigger.kind, err: thrown }, 'the host does not say whether words are still there');
    return true;
  });
}
