import { traitsOf } from '../host/host-traits.ts';
import type { Thread, Trigger } from '../host/inbound.ts';
import type { Provider, RepoRef } from '../host/repo.ts';

/** The same words, whichever way the host tells of them. */
export interface WordsKey {
  readonly provider: Provider;
  readonly repoId: number;
  readonly kind: Trigger['kind'];
  /** The host's number of the comment; `issue/3` or `pull/3` for the words that a thread begins with. */
  readonly externalId: string;
}

/** Where words were said, without what they say. */
export interface WordsPlace {
  readonly repo: Pick<RepoRef, 'provider' | 'id'>;
  readonly thread: Pick<Thread, 'kind' | 'number'>;
  readonly trigger:
    { readonly kind: 'thread' } | { readonly kind: Exclude<Trigger['kind'], 'thread'>; readonly id: number };
}

/** The key of words. Where a host numbers all comments in one series, they are all of one kind. */
export function wordsKeyOf({ repo: { provider, id: repoId }, thread, trigger }: WordsPlace): WordsKey {
  if (trigger.kind === 'thread')
    return { provider, repoId, kind: 'thread', externalId: `${thread.kind}/${thread.number}` };
  const kind = traitsOf(provider).oneSeriesOfComments ? 'comment' : trigger.kind;
  return { provider, repoId, kind, externalId: String(trigger.id) };
}
