import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyMint } from '#core/ports/access/api-keys.ts';

const PREFIX = 'af_';
const KEY_BYTES = 32;
/** 32 bytes in base64url without padding. */
const KEY = /^af_[A-Za-z0-9_-]{43}$/;
const PREVIEW_CHARS = 8;

/**
 * Keys that only whoever has the pepper can tell from noise: the hash is HMAC-SHA-256 under it, so a copy of the database
 * lets nobody in. A slow hash would add nothing, since there are 2^256 keys to try.
 */
export function createKeyMint({ pepper, adminKey }: { pepper: string; adminKey: string | undefined }): KeyMint {
  const digest = (key: string): Buffer => createHmac('sha256', pepper).update(key).digest();
  const hash = (key: string): string => digest(key).toString('hex');
  const admin = adminKey === undefined ? undefined : digest(adminKey);
  return {
    mint() {
      const key = `${PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
      return { key, hash: hash(key), preview: key.slice(0, PREVIEW_CHARS) };
    },
    hashOf: (key) => (KEY.test(key) ? hash(key) : undefined),
    isAdminKey: (key) => admin !== undefined && timingSafeEqual(digest(key), admin),
  };
}
