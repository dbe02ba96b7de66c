import type { UserRole } from '../../domain/rules/access.ts';
import type { LogoutNotice } from './identity-provider.ts';

/** A person who is signed in. */
export interface UserSession {
  readonly id: string;
  readonly tenantId: string;
  /** For people to read. */
  readonly name: string;
  readonly role: UserRole;
  /** Who says who they are; null: nobody, they came by a link. */
  readonly issuer: string | null;
  /** Their id at the issuer. */
  readonly subject: string;
}

/** A person who signs in. */
export interface NewUserSession extends UserSession {
  /** The id of their session at the issuer. */
  readonly sid: string | null;
}

/** Sessions of people, by the hash of their token. Times are the database's. Errors are those of `store.ts`. */
export interface UserSessions {
  /** Begins a session of `lifeSec`, and forgets those that are over. False, and nothing is written, when there is no such tenant. */
  open(session: NewUserSession, hash: string, lifeSec: number): Promise<boolean>;
  /**
   * The session that counts now: begun by this issuer, within its life, and used within the last `idleSec`. Notes the use,
   * at most once a minute.
   */
  use(hash: string, terms: { issuer: string | null; idleSec: number }): Promise<UserSession | undefined>;
  /** Ends a session; one that is none is no error. */
  close(hash: string): Promise<void>;
  /** Ends every session that the notice is about. `repeated`: the notice was obeyed before, and nothing is ended. It is kept for `keepSec`. */
  obey(notice: LogoutNotice, keepSec: number): Promise<'obeyed' | 'repeated'>;
}

/** The links by which administrators sign in where there is no identity provider, one per tenant. Errors are those of `store.ts`. */
export interface SignInLinks {
  /** Keeps the hash of a new link for `lifeSec`; the one before it leads nowhere from now on. */
  put(tenantId: string, hash: string, lifeSec: number): Promise<void>;
  /** The tenant of a link, which is used up by this; undefined for what is no link, or none any more. */
  take(hash: string): Promise<string | undefined>;
}

/** Makes what a browser is known by, and the hash under which it is kept. */
export interface TokenMint {
  /** 256 random bits in base64url. */
  mint(): { readonly token: string; readonly hash: string };
  /** The hash of a token as it came; undefined for what cannot be one. */
  hashOf(token: string): string | undefined;
}
