import type { Identity } from '#core/domain/rules/access.ts';
import { identifyCaller, type IdentifyCallerDeps } from '#core/usecases/access/identify-caller.ts';

const BEARER = /^Bearer +(\S+)$/i;

/** Reads who calls from the headers of a call: `X-Api-Key`, or the same key as a bearer token (RFC 6750). */
export function authenticator(deps: IdentifyCallerDeps): (headers: Headers) => Promise<Identity | undefined> {
  return async (headers) => {
    const key = headers.get('x-api-key') ?? BEARER.exec(headers.get('authorization') ?? '')?.[1];
    return key === undefined ? undefined : identifyCaller(deps, key);
  };
}
