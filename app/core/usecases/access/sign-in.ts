import type { UserRole } from '../../domain/rules/access.ts';
import { roleOfClaims, tenantOfClaims, type ClaimRules } from '../../domain/rules/claims.ts';
import type { Person } from '../../ports/access/identity-provider.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { SignInLinks, TokenMint, UserSessions } from '../../ports/access/user-sessions.ts';

/** How long people stay signed in. */
export interface SessionTerms {
  /** Longest time in all, and without a call, in seconds. */
  readonly lifeSec: number;
  readonly idleSec: number;
}

/** What sessions are begun with. */
export interface SignInDeps {
  readonly store: {
    readonly userSessions: Pick<UserSessions, 'open' | 'close'>;
    readonly signInLinks: Pick<SignInLinks, 'put' | 'take'>;
  };
  readonly sessionMint: TokenMint;
  readonly linkMint: TokenMint;
  readonly runtime: Pick<Runtime, 'id'>;
  readonly terms: SessionTerms;
}

/** A session that has begun, or why none has. `token` is what the browser keeps; nobody sees it again. */
export type SignedIn =
  | { readonly kind: 'signed-in'; readonly token: string; readonly name: string; readonly role: UserRole }
  | { readonly kind: 'refused'; readonly reason: 'no role' | 'no tenant' | 'no link' };

/** How long a sign-in link leads anywhere. */
export const LINK_SEC = 900;

const LOCAL = { subject: 'local', name: 'administrator', role: 'admin' } as const;

/** Signs somebody in whom the issuer knows. Without a role, or of a tenant that is not there, they do not get in. */
export async function signInPerson(
  deps: SignInDeps,
  { subject, sid, name, claims }: Person,
  by: { readonly issuer: string; readonly rules: ClaimRules },
): Promise<SignedIn> {
  const role = roleOfClaims(claims, by.rules);
  if (role === undefined) return { kind: 'refused', reason: 'no role' };
  const tenantId = tenantOfClaims(claims, by.rules);
  if (tenantId === undefined) return { kind: 'refused', reason: 'no tenant' };
  return begin(deps, { tenantId, role, name, issuer: by.issuer, subject, sid });
}

/** A new link by which the administrator of a tenant signs in once; the token of it, which nobody can find out again. */
export async function makeSignInLink(
  deps: Pick<SignInDeps, 'linkMint'> & { readonly store: { readonly signInLinks: Pick<SignInLinks, 'put'> } },
  tenantId: string,
): Promise<string> {
  const { token, hash } = deps.linkMint.mint();
  await deps.store.signInLinks.put(tenantId, hash, LINK_SEC);
  return token;
}

/** Uses a link up, and signs the administrator of its tenant in. */
export async function signInByLink(deps: SignInDeps, token: string): Promise<SignedIn> {
  const hash = deps.linkMint.hashOf(token);
  const tenantId = hash === undefined ? undefined : await deps.store.signInLinks.take(hash);
  if (tenantId === undefined) return { kind: 'refused', reason: 'no link' };
  return begin(deps, { tenantId, ...LOCAL, issuer: null, sid: null });
}

/** Ends the session of a token; a token that is none is no error. */
export async function signOut(deps: Pick<SignInDeps, 'store' | 'sessionMint'>, token: string): Promise<void> {
  const hash = deps.sessionMint.hashOf(token);
  if (hash !== undefined) await deps.store.userSessions.close(hash);
}

type Begun = Omit<Parameters<UserSessions['open']>[0], 'id'>;

async function begin(deps: SignInDeps, session: Begun): Promise<SignedIn> {
  const { token, hash } = deps.sessionMint.mint();
  const isOpen = await deps.store.userSessions.open({ id: deps.runtime.id(), ...session }, hash, deps.terms.lifeSec);
  if (!isOpen) return { kind: 'refused', reason: 'no tenant' };
  return { kind: 'signed-in', token, name: session.name, role: session.role };
}
