import type { Provider, RepoRef } from '../domain/host/repo.ts';
import type { WordsKey } from '../domain/command/words-key.ts';

/*
 * What was heard, and how far was listened for what no delivery brought. Each method is one transaction, as in store.ts.
 * Times are ISO 8601 UTC, by the database's clock unless they are the host's.
 */

/** Which delivery may act on which words. */
export interface Heard {
  /**
   * Makes the words those of this delivery, unless another one came first (`repeated`). A delivery that asks again is told
   * `heard` again: what it began and did not finish is still its own.
   */
  hear(words: WordsKey, deliveryId: string): Promise<'heard' | 'repeated'>;
  /** Guids of those that no delivery has made its own, and that are not on record as deliveries under their guid. */
  missing(words: readonly (WordsKey & { readonly guid: string })[]): Promise<ReadonlySet<string>>;
}

/** A repository whose turn it is. */
export interface ListeningTurn {
  readonly repo: RepoRef;
  /** When the turn was taken. */
  readonly at: string;
  /** What was said before this was looked at, or was said before we ever listened; never more than a fortnight ago. */
  readonly from: string;
  /** How many repositories of this host take turns. */
  readonly of: number;
}

/** How far was listened in a repository. */
export interface ListeningStanding {
  readonly heardTo: string;
  /** Words that no delivery brought and that were found within the last 24 hours, on the whole host. */
  readonly found: number;
}

/** The record of listening: one row per repository, each taken by one worker at a time. */
export interface Listening {
  /** Whether it is time to ask the host for its repositories; then not again before `everyMs` are over, for anybody. */
  takeTurn(provider: Provider, everyMs: number): Promise<boolean>;
  /** Lists repositories with their names of now; what is said in a new one counts from this moment on. */
  name(repos: readonly RepoRef[]): Promise<void>;
  /** Up to `countMax` repositories that are due and were named within a day, longest due first; each is due again after `busyMs` unless {@link finish} says otherwise. */
  takeDue(provider: Provider, some: { countMax: number; busyMs: number }): Promise<readonly ListeningTurn[]>;
  /** All before `heardTo` was looked at (an earlier time than on record, or none, changes nothing). */
  finish(repo: Pick<RepoRef, 'provider' | 'id'>, done: { heardTo: string | undefined; dueInMs: number }): Promise<void>;
  /** Undefined when the repository was never looked through. */
  standing(repo: Pick<RepoRef, 'provider' | 'id'>): Promise<ListeningStanding | undefined>;
}
