import type { Thread, Trigger } from '../host/inbound.ts';
import type { Actor } from '../host/repo.ts';

/** Something a person said to a request after it was made: a follow-up, or a word while it runs. Times are ISO 8601 UTC. */
export interface Message {
  readonly id: string;
  readonly requestId: string;
  readonly actor: Actor;
  /** Where it was said: the request's own thread, or its change; null when it came through the API. */
  readonly thread: Pick<Thread, 'kind' | 'number'> | null;
  /** Null exactly when `thread` is. */
  readonly trigger: Trigger | null;
  /** The words after the mention, exactly as written. */
  readonly text: string;
  /** Whether it asks to mend what reviewers or CI found. */
  readonly fix: boolean;
  readonly createdAt: string;
}
