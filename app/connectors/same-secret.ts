import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same. Digests have one length, so that comparing tells nothing, not even how long a secret is. */
export function isSameSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(secret));
}

function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
