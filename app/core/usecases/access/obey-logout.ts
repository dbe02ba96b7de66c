import type { IdentityProvider } from '../../ports/access/identity-provider.ts';
import type { UserSessions } from '../../ports/access/user-sessions.ts';

/** What a logout token is obeyed with. */
export interface ObeyLogoutDeps {
  readonly store: { readonly userSessions: Pick<UserSessions, 'obey'> };
  readonly provider: Pick<IdentityProvider, 'readLogout'>;
  /** How long a token that was obeyed must be remembered, in seconds. */
  readonly noticeSec: number;
}

/** Ends the sessions that the issuer's logout token is about. `refused`: it is none for us, or was obeyed before. */
export async function obeyLogout(deps: ObeyLogoutDeps, token: string): Promise<'obeyed' | 'refused'> {
  const notice = await deps.provider.readLogout(token);
  if (notice === undefined) return 'refused';
  return (await deps.store.userSessions.obey(notice, deps.noticeSec)) === 'obeyed' ? 'obeyed' : 'refused';
}
