import type { Claims } from '../../domain/rules/claims.ts';

/** What is known of a sign-in to nobody but us and the browser that began it, while its person is at the issuer. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  /** The code verifier of PKCE (RFC 7636). */
  readonly verifier: string;
}

/** Somebody, by the word of the issuer. */
export interface Person {
  readonly subject: string;
  /** Id of their session at the issuer, when it tells. */
  readonly sid: string | null;
  /** For people to read: one line, at most 255 characters. */
  readonly name: string;
  readonly claims: Claims;
}

/** What came of a sign-in. `reason` is for the log and holds no secret. */
export type FinishedSignIn =
  { readonly kind: 'known'; readonly person: Person } | { readonly kind: 'refused'; readonly reason: string };

/** The issuer's word that somebody has signed out: of one session, or of all that the subject has. */
export interface LogoutNotice {
  readonly issuer: string;
  /** Id of the notice; it is to be obeyed once. */
  readonly jti: string;
  /** At least one of the two is there; with both, both must fit. */
  readonly subject: string | null;
  readonly sid: string | null;
}

/**
 * Whoever knows the people (OpenID Connect). Every method throws AppError `unavailable` when the issuer does not answer, or
 * not as one.
 */
export interface IdentityProvider {
  /** Its name as configured. */
  readonly issuer: string;
  /** Where to send a browser that is to sign in, and what to remember of it. */
  begin(): Promise<{ readonly url: string; readonly secrets: SignInSecrets }>;
  /** Who came back with this query string. The secrets are those of this browser's sign-in; a wrong word is `refused`. */
  finish(query: string, secrets: SignInSecrets): Promise<FinishedSignIn>;
  /** What a logout token says (OpenID Connect Back-Channel Logout 1.0); undefined for what is none of the issuer's for us. */
  readLogout(token: string): Promise<LogoutNotice | undefined>;
  /** Where a person ends their session at the issuer; undefined when it has no such place. */
  signOutUrl(): Promise<string | undefined>;
}

/** Closes text so that only we can open it again. */
export interface Sealer {
  seal(text: string): string;
  /** Undefined for what we have not closed, or what was altered. */
  open(sealed: string): string | undefined;
}
