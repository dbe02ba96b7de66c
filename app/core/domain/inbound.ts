import type { Actor, RepoRef } from './repo.ts';

/** Where a conversation lives: an issue, or a pull request (which GitHub numbers in the same series). */
export interface Thread {
  readonly kind: 'issue' | 'pull';
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

/** The thing that carried the words, so that a reaction can be put on it. `id` is null where the thread itself carried them. */
export type Trigger =
  | { readonly kind: 'thread' }
  | { readonly kind: 'comment'; readonly id: number }
  | { readonly kind: 'review-comment'; readonly id: number; readonly path: string; readonly hunk: string };

/** A person said something in a thread. */
export interface Said {
  readonly kind: 'said';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly thread: Thread;
  readonly trigger: Trigger;
  readonly text: string;
}

/** A thread was closed; open runs that began there are cancelled. */
export interface Closed {
  readonly kind: 'closed';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly thread: Pick<Thread, 'kind' | 'number'>;
}

/** Everything a host can tell us that we act on; a delivery that is none of these is ignored. */
export type InboundEvent = Said | Closed;
