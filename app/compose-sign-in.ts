import type { UserRole } from '#core/domain/rules/access.ts';
import type { ClaimRules } from '#core/domain/rules/claims.ts';
import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';
import { makeSignInLink } from '#core/usecases/access/sign-in.ts';
import type { Shared } from './compose.ts';
import { ConfigError, type App } from './config.ts';
import { authenticator, type AuthenticatorDeps } from './http/api/authenticate.ts';
import type { SignInLinkDeps } from './http/api/sign-in-links.ts';
import { createAuth } from './http/auth/auth.ts';
import type { IssuerSignIn } from './http/auth/auth-deps.ts';
import { linkPath } from './http/auth/link.ts';
import { cookiesFor } from './http/cookies.ts';
import { NOTICE_SEC } from './identity/logout-token.ts';
import { openOidc } from './identity/oidc.ts';
import { createSealer } from './identity/sealer.ts';
import { createTokenMint } from './identity/token-mint.ts';

/** Signing in, ready to be mounted, and what the API knows people by. */
export interface OpenSignIn {
  readonly auth: ReturnType<typeof createAuth>;
  readonly authenticate: ReturnType<typeof authenticator>;
  readonly links: Pick<SignInLinkDeps, 'linkMint' | 'hasLinks'>;
  readonly publicUrl: string | undefined;
  readonly sessionCookie: string;
}

const isHttps = (url: string): boolean => new URL(url).protocol === 'https:';
const isHere = (url: string): boolean => /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname);

/**
 * Opens signing in: at an issuer when one is configured, else by links. `pepper` is the secret of all `app` processes.
 * @throws ConfigError when variables of the issuer lack others.
 */
export function openSignIn(
  config: App,
  shared: Pick<Shared, 'store' | 'runtime' | 'logger'>,
  known: { readonly pepper: string; readonly keyMint: AuthenticatorDeps['keyMint'] },
): OpenSignIn {
  const { PUBLIC_URL: publicUrl, OIDC_ISSUER: issuerUrl = null } = config;
  const { store, runtime, logger } = shared;
  const cookies = cookiesFor({ isHttps: publicUrl !== undefined && isHttps(publicUrl) });
  const sessionMint = createTokenMint(known.pepper, 'session');
  const linkMint = createTokenMint(known.pepper, 'sign-in link');
  const terms = { lifeSec: config.SESSION_LIFE_SEC, idleSec: config.SESSION_IDLE_SEC };
  const issuer = issuerOf(config, known.pepper);
  return {
    auth: createAuth({ store, runtime, logger, cookies, sessionMint, linkMint, terms, publicUrl, issuer }),
    authenticate: authenticator({ store, cookies, sessionMint, terms, issuer: issuerUrl, keyMint: known.keyMint }),
    links: { linkMint, hasLinks: issuer === undefined },
    publicUrl,
    sessionCookie: cookies.sessionName,
  };
}

/** Comma-separated words. */
const words = (list: string): string[] =>
  list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/**
 * Path of a new link for the administrator of the first tenant, which takes the place of the one before; undefined where people
 * sign in otherwise, or not at all.
 */
export async function newSignInPath(config: App, { store }: Pick<Shared, 'store'>): Promise<string | undefined> {
  const { API_KEY_PEPPER: pepper, OIDC_ISSUER: issuer } = config;
  if (pepper === undefined || issuer !== undefined) return undefined;
  return linkPath(await makeSignInLink({ store, linkMint: createTokenMint(pepper, 'sign-in link') }, FIRST_TENANT));
}

/** @throws ConfigError, see {@link openSignIn}. */
function issuerOf(config: App, pepper: string): IssuerSignIn | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = config;
  if (issuer === undefined && clientId === undefined && config.OIDC_CLIENT_SECRET === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || publicUrl === undefined) {
    throw new ConfigError(
      'Signing in needs OIDC_ISSUER, OIDC_CLIENT_ID and PUBLIC_URL together. See docs/guides/sign-in.md.',
    );
  }
  if (!isHttps(publicUrl) && !isHere(publicUrl)) {
    throw new ConfigError('Signing in at an issuer needs an https PUBLIC_URL. See docs/guides/sign-in.md.');
  }
  const rules = claimRules(config);
  const provider = openOidc({
    issuer,
    clientId,
    clientSecret: config.OIDC_CLIENT_SECRET,
    scopes: config.OIDC_SCOPES,
    redirectUri: `${publicUrl}/auth/callback`,
    signedOutUri: `${publicUrl}/auth/signed-out`,
    claimsWanted: [rules.roleClaim, ...(rules.tenantClaim === undefined ? [] : [rules.tenantClaim])],
  });
  return { provider, rules, sealer: createSealer(pepper), noticeSec: NOTICE_SEC };
}

function claimRules(config: App): ClaimRules {
  const roleWords: Readonly<Record<UserRole, readonly string[]>> = {
    admin: words(config.OIDC_ROLE_ADMIN),
    maintainer: words(config.OIDC_ROLE_MAINTAINER),
    reviewer: words(config.OIDC_ROLE_REVIEWER),
    observer: words(config.OIDC_ROLE_OBSERVER),
  };
  return { roleClaim: config.OIDC_ROLE_CLAIM, roleWords, tenantClaim: config.OIDC_TENANT_CLAIM };
}
