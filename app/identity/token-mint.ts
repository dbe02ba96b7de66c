import { createHmac, randomBytes } from 'node:crypto';
import type { TokenMint } from '#core/ports/access/user-sessions.ts';

const TOKEN_BYTES = 32;
/** 32 bytes in base64url without padding. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What a token is for; one of one kind is nothing as the other. */
export type TokenPurpose = 'session' | 'sign-in link';

/** Tokens of 256 random bits, kept as their HMAC-SHA-256 under the pepper, so that a copy of the database lets nobody in. */
export function createTokenMint(pepper: string, purpose: TokenPurpose): TokenMint {
  const hash = (token: string): string => createHmac('sha256', pepper).update(`${purpose}:${token}`).digest('hex');
  return {
    mint() {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      return { token, hash: hash(token) };
    },
    hashOf: (token) => (TOKEN.test(token) ? hash(token) : undefined),
  };
}
