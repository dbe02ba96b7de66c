import { insufficientScope, invalidToken, unauthorized } from './failure.ts';
import { isExpired } from './membership.ts';
import type { Scope, TokenRecord } from './records.ts';
import type { World } from './world.ts';

/** The request headers that may carry a token. */
export interface Credentials {
  readonly privateToken: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * Reads `PRIVATE-TOKEN: <token>` or `Authorization: Bearer <token>`: https://docs.gitlab.com/api/rest/authentication/
 * @throws GitLabFailure 401 without a token, and for an unknown, expired or revoked one, in GitLab's words.
 */
export function identify(world: World, { privateToken, authorization }: Credentials): TokenRecord {
  const bearer = /^bearer (.+)$/i.exec(authorization ?? '')?.[1];
  const token = world.tokens.get(privateToken ?? bearer ?? '');
  if (!token || token.user.state === 'blocked') throw unauthorized();
  if (token.revoked) throw invalidToken('Token was revoked. You have to re-authorize from the user.');
  if (isExpired(token.expiresAt, world.now())) {
    throw invalidToken('Token is expired. You can either do re-authorization or token refresh.');
  }
  return token;
}

/**
 * The token of a Git request, sent as Basic password; GitLab takes any user name, `oauth2` by convention
 * (https://docs.gitlab.com/topics/git/clone/). Undefined for anything unusable: to Git it all looks the same.
 */
export function identifyGit(world: World, authorization: string | undefined): TokenRecord | undefined {
  const encoded = /^basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    return identify(world, { privateToken: pair.slice(pair.indexOf(':') + 1), authorization: undefined });
  } catch {
    return undefined;
  }
}

/** Any one of these scopes lets a call pass. */
export type ScopeNeed = readonly Scope[];

/** @throws GitLabFailure 403 when the token has none of the scopes. */
export function requireScope(token: TokenRecord, scopes: ScopeNeed): void {
  if (!hasScope(token, scopes)) throw insufficientScope(scopes);
}

/** Whether the token has any one of the scopes. */
export function hasScope(token: TokenRecord, scopes: ScopeNeed): boolean {
  return scopes.some((scope) => token.scopes.includes(scope));
}
