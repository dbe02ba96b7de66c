import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '#core/domain/errors.ts';

const SECRET_PREFIX = 'whsec_';
/** The specification's least; GitLab makes 32. */
const KEY_BYTES_MIN = 24;
/** Proposed by the specification's reference libraries. */
const TOLERANCE_MS = 5 * 60_000;
/** A key that is being replaced signs twice; more signatures than this are nobody's. */
const SIGNATURES_MAX = 10;
const VERSION = 'v1,';

/** What is signed and by what. `timestamp` is in seconds since the epoch, as text. */
export interface SignedCall {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: string;
  readonly body: Uint8Array;
}

/**
 * The key in a signing token, `whsec_` and base64.
 * @throws AppError `invalid` for anything else, and for a key under 24 bytes.
 */
export function signingKeyOf(token: string): Uint8Array {
  const encoded = token.startsWith(SECRET_PREFIX) ? token.slice(SECRET_PREFIX.length) : '';
  const key = /^[\w+/-]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (key.byteLength >= KEY_BYTES_MIN) return key;
  throw new AppError('invalid', `a signing token is whsec_ and ${KEY_BYTES_MIN} bytes or more in base64`);
}

/**
 * Whether the call was signed with the key, and within five minutes of `nowMs`: HMAC-SHA256 over `id.timestamp.body`,
 * any one of the space-separated `v1,<base64>` signatures, compared in constant time.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function isSigned(call: SignedCall, key: Uint8Array, nowMs: number): boolean {
  if (!/^\d{1,12}$/.test(call.timestamp)) return false;
  if (Math.abs(Number(call.timestamp) * 1_000 - nowMs) > TOLERANCE_MS) return false;
  const expected = createHmac('sha256', key).update(`${call.id}.${call.timestamp}.`).update(call.body).digest();
  const given = call.signatures.split(' ').slice(0, SIGNATURES_MAX);
  return given.filter((one) => one.startsWith(VERSION)).some((one) => isEqual(one.slice(VERSION.length), expected));
}

function isEqual(encoded: string, expected: Uint8Array): boolean {
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.byteLength === expected.byteLength && timingSafeEqual(bytes, expected);
}
