import type { Actor, RepoRef } from '../../domain/host/repo.ts';
import type { WordsPlace } from '../../domain/command/words-key.ts';

/** Something that is written on the host, as its lists tell it. */
export interface WrittenWords extends Omit<WordsPlace, 'repo'> {
  readonly author: Actor;
  readonly text: string;
  /** When others could first read it, by the host's clock; ISO 8601 UTC. */
  readonly saidAt: string;
}

/** What a delivery about words would have held: event and raw body, in the host's own shape. */
export interface WordsDelivery {
  readonly event: string;
  readonly body: Uint8Array;
}

/** Says whether words that were heard can still be read. */
export interface WordsCheck {
  /** False only where the host says for certain that there are no such words, or none that we may see. */
  isThere(repo: RepoRef, place: Omit<WordsPlace, 'repo'>): Promise<boolean>;
}

/**
 * Tells what is written on a host, for what no delivery ever told: it may have been down, have given up, or have forgotten.
 * Errors are those of `vcs.ts`.
 */
export interface WordLog extends WordsCheck {
  /** Every repository that we work for, page by page; `cursor` undefined begins. */
  repositories(cursor: string | undefined): Promise<{ repos: readonly RepoRef[]; next: string | undefined }>;
  /**
   * What was written since `since` (ISO time), in any order, edited words among it. `through` is undefined when that is
   * all; else what was written after it may be missing.
   */
  wordsSince(repo: RepoRef, since: string): Promise<{ words: readonly WrittenWords[]; through: string | undefined }>;
  /**
   * The delivery that would have brought the words; undefined when they are gone, were edited, so that nobody knows what was
   * said, or turn out to have been said before `since` (ISO time).
   */
  deliveryOf(repo: RepoRef, place: Omit<WordsPlace, 'repo'>, since: string): Promise<WordsDelivery | undefined>;
}
