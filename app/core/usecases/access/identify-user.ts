import { actionsOfRole, type Identity } from '../../domain/rules/access.ts';
import type { TokenMint, UserSessions } from '../../ports/access/user-sessions.ts';
import type { SessionTerms } from './sign-in.ts';

/** What people are known by. */
export interface IdentifyUserDeps {
  readonly store: { readonly userSessions: Pick<UserSessions, 'use'> };
  readonly sessionMint: Pick<TokenMint, 'hashOf'>;
  readonly terms: SessionTerms;
  /** Who may have signed people in; null: links alone. Sessions begun otherwise do not count any more. */
  readonly issuer: string | null;
}

/**
 * Who calls with the token of a session; undefined when it is none, is over, or was ended. The store is asked each time, so
 * that whoever was signed out is refused at once. Throws AppError `unavailable` when it does not answer: nobody is let in then.
 */
export async function identifyUser(deps: IdentifyUserDeps, token: string): Promise<Identity | undefined> {
  const hash = deps.sessionMint.hashOf(token);
  if (hash === undefined) return undefined;
  const { issuer, terms } = deps;
  const session = await deps.store.userSessions.use(hash, { issuer, idleSec: terms.idleSec });
  if (session === undefined) return undefined;
  const { id, tenantId, name, role, subject } = session;
  const person = `${session.issuer ?? 'link'}/${subject}`;
  return { kind: 'user', id, tenantId, role, name, person, actions: actionsOfRole(role) };
}
