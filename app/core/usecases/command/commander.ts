import type { Thread, Trigger } from '../../domain/host/inbound.ts';
import type { Actor, RepoRef } from '../../domain/host/repo.ts';
import type { Role } from '../../domain/rules/role.ts';

/** A delivery as it was recorded. `receivedAt` is ISO 8601 UTC. */
export interface Arrived {
  readonly deliveryId: string;
  readonly receivedAt: string;
}

/** A person who may give a command, and where and when it was given. */
export interface Commander {
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly role: Role;
  readonly thread: Thread;
  readonly trigger: Trigger;
  readonly deliveryId: string;
  readonly receivedAt: string;
}

/** What became of a command, and what is to be said about it where that does not show by itself. */
export interface Obeyed {
  readonly outcome: string;
  readonly text?: string;
  /** What the answer is about, when it is given once per thread whatever else asks for it; default: this very command. */
  readonly topic?: string;
}
