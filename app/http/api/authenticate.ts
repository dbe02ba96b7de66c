import type { Identity } from '#core/domain/rules/access.ts';
import { identifyCaller, type IdentifyCallerDeps } from '#core/usecases/access/identify-caller.ts';
import { identifyUser, type IdentifyUserDeps } from '#core/usecases/access/identify-user.ts';
import type { Cookies } from '../cookies.ts';

const BEARER = /^Bearer +(\S+)$/i;

/** How callers are known: by keys, and by sessions. */
export type AuthenticatorDeps = IdentifyCallerDeps &
  IdentifyUserDeps & { readonly cookies: Pick<Cookies, 'readSession'> };

/**
 * Reads who calls from the headers of a call: `X-Api-Key`, or the same key as a bearer token (RFC 6750); the cookie of a
 * session where there is neither. A key that does not count is nobody, whatever the cookie says.
 */
export function authenticator(deps: AuthenticatorDeps): (headers: Headers) => Promise<Identity | undefined> {
  return async (headers) => {
    const key = headers.get('x-api-key') ?? BEARER.exec(headers.get('authorization') ?? '')?.[1];
    if (key !== undefined) return identifyCaller(deps, key);
    const token = deps.cookies.readSession(headers);
    return token === undefined ? undefined : identifyUser(deps, token);
  };
}
