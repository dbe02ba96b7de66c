import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** SHA-256 over texts in order, in hexadecimal; texts are kept apart, so that moving a character between two changes it. */
export function digestOf(texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest('hex');
}

/** Whether the stamp file holds exactly this digest. */
export function isStamped(path, digest) {
  return existsSync(path) && readFileSync(path, 'utf8') === digest;
}
