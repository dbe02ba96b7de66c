import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { LogoutNotice } from '#core/ports/access/identity-provider.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { awayError } from './refusal.ts';

/** Signatures that need a key pair: with these alone no public key can pass for a shared secret. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const ID_CHARS_MAX = 255;
/** Oldest token that is taken, in seconds; a notice is kept for longer than that, so that none counts twice. */
const AGE_SEC_MAX = 600;
const CLOCK_TOLERANCE_SEC = 30;
/** For how long a notice must be remembered, in seconds. */
export const NOTICE_SEC = AGE_SEC_MAX + 2 * CLOCK_TOLERANCE_SEC;

const id = z.string().min(1).max(ID_CHARS_MAX);
/** OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6. */
const LogoutClaims = z
  .object({
    jti: id,
    sub: id.optional(),
    sid: id.optional(),
    events: z.object({ [EVENT]: z.looseObject({}) }),
    nonce: z.never().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/** Whose logout tokens are taken. */
export interface LogoutTokenIssuer {
  /** As its metadata name it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly keys: JWTVerifyGetKey;
}

/** The issuer's keys, fetched when they are needed and remembered by jose. */
export function issuerKeys(jwksUri: string, timeoutMs: number): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: timeoutMs, [customFetch]: boundedFetch });
}

/**
 * What a logout token says, `issuer` as its metadata have it; undefined for what is no token of this issuer for us.
 * @throws AppError `unavailable` when the issuer's keys cannot be had.
 */
export async function readLogoutToken(token: string, of: LogoutTokenIssuer): Promise<LogoutNotice | undefined> {
  try {
    const { payload } = await jwtVerify(token, of.keys, {
      issuer: of.issuer,
      audience: of.clientId,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SEC,
      maxTokenAge: AGE_SEC_MAX,
      requiredClaims: ['exp', 'jti', 'events'],
    });
    const claims = LogoutClaims.safeParse(payload);
    if (!claims.success) return undefined;
    const { jti, sub, sid } = claims.data;
    return { issuer: of.issuer, jti, subject: sub ?? null, sid: sid ?? null };
  } catch (thrown) {
    if (isAboutTheToken(thrown)) return undefined;
    throw awayError(thrown);
  }
}

/** Keys that cannot be fetched are jose's plain error, its time-out, or an error of fetch; all others are about the token. */
function isAboutTheToken(thrown: unknown): boolean {
  if (!(thrown instanceof errors.JOSEError)) return false;
  return thrown.code !== errors.JOSEError.code && !(thrown instanceof errors.JWKSTimeout);
}
