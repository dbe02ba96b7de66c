import type { ClaimRules } from '#core/domain/rules/claims.ts';
import type { IdentityProvider, Sealer } from '#core/ports/access/identity-provider.ts';
import type { Logger, Runtime } from '#core/ports/runtime.ts';
import type { UserSessions } from '#core/ports/access/user-sessions.ts';
import type { SignInDeps } from '#core/usecases/access/sign-in.ts';
import type { Cookies } from '../cookies.ts';

/** People who are known by an issuer. */
export interface IssuerSignIn {
  readonly provider: IdentityProvider;
  readonly rules: ClaimRules;
  readonly sealer: Sealer;
  /** How long a logout token that was obeyed must be remembered, in seconds. */
  readonly noticeSec: number;
}

/** What signing in is made of. */
export type AuthDeps = SignInDeps & {
  readonly store: { readonly userSessions: Pick<UserSessions, 'obey'> };
  readonly runtime: Pick<Runtime, 'id' | 'now'>;
  readonly logger: Logger;
  readonly cookies: Cookies;
  /** The address people use, when it is configured. */
  readonly publicUrl: string | undefined;
  /** Undefined: an administrator signs in by a link. */
  readonly issuer: IssuerSignIn | undefined;
};

/** The same, where an issuer knows the people. */
export type IssuerDeps = AuthDeps & { readonly issuer: IssuerSignIn };
