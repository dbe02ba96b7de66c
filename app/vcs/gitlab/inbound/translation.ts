import type { InboundEvent, Said } from '#core/domain/host/inbound.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import { actorOf } from '../wire/accounts.ts';
import type { Base } from './payloads.ts';

/** A delivery that asks nothing of us, and why; the reason is ours, so it may be logged. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

/** Reads the parsed body of one kind of hook. Throws ZodError when it is not what it claims to be. */
export type Reader = (payload: unknown) => InboundEvent | Ignored;

/** Why a delivery is none of our business. */
export function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}

/** A project in our words: the last word of its path is its name, everything before is its namespace. */
export function placeOf({ id, path_with_namespace: path }: { id: number; path_with_namespace: string }): RepoRef {
  const end = path.lastIndexOf('/');
  return { provider: 'gitlab', installationId: 0, id, owner: path.slice(0, end), name: path.slice(end + 1) };
}

/** Who did it, and where. */
export function whoAndWhere({ user, project }: Base): Pick<Said, 'repo' | 'actor'> {
  return { repo: placeOf(project), actor: actorOf(user) };
}
