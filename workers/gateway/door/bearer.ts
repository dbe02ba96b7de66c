import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Per-run bearer tokens, each naming a subject of type `S`. Only the SHA-256 of a token is kept. */
export interface BearerTokens<S> {
  /** A new token: 32 random bytes as base64url. `revoke` ends it. */
  mint(subject: S): { readonly token: string; revoke(): void };
  /** The subject an `Authorization` header stands for, undefined when there is none. Takes as long for every token. */
  find(authorization: string | undefined): S | undefined;
}

const TOKEN_BYTES = 32;
const BEARER = /^Bearer ([A-Za-z0-9_-]{43})$/i;

/** Opens an empty set of tokens. */
export function createBearerTokens<S>(): BearerTokens<S> {
  const known = new Map<Buffer, S>();
  return {
    mint(subject) {
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const digest = sha256(token);
      known.set(digest, subject);
      return { token, revoke: () => known.delete(digest) };
    },
    find(authorization) {
      const presented = sha256(BEARER.exec(authorization ?? '')?.[1] ?? '');
      let found: S | undefined;
      for (const [digest, subject] of known) {
        if (timingSafeEqual(digest, presented)) found = subject;
      }
      return found;
    },
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
