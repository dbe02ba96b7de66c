import type { InboundEvent } from '#core/domain/host/inbound.ts';
import type { Actor, RepoRef } from '#core/domain/host/repo.ts';
import type { Account, Base, Place } from './payloads.ts';

/** A delivery that asks nothing of us, and why; the reason is ours, so it may be logged. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

/** Who we are, as far as webhooks tell: the number of our App. */
export interface Us {
  readonly appId: number;
}

/** Reads the body of one event and action. Throws a ZodError when the body is something else. */
export type Reader = (payload: unknown, us: Us) => InboundEvent | Ignored;

/** Readers by `event.action`; events that have no action are `event.`. */
export type Readers = readonly (readonly [string, Reader])[];

/** For a delivery that asks nothing of us. */
export function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}

/** The repository in our words. */
export function placeOf({ installation, repository }: Place): RepoRef {
  return {
    provider: 'github',
    installationId: installation.id,
    id: repository.id,
    owner: repository.owner.login,
    name: repository.name,
  };
}

/** An account in our words. */
export function actorOf({ id, login, type }: Account): Actor {
  return { id, login, bot: type === 'Bot' };
}

/** Who did it, and where. */
export function whoAndWhere(event: Base): { readonly repo: RepoRef; readonly actor: Actor } {
  return { repo: placeOf(event), actor: actorOf(event.sender) };
}
