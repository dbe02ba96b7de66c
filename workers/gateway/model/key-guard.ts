/** Passes bytes on until the secret would go with them. */
export interface KeyGuard {
  /**
   * The bytes that may go out now, possibly none: only a tail that could be the beginning of the secret is held back.
   * Throws `KeyInAnswer` when the secret is complete; none of the bytes from its first one on were given out.
   */
  pass(chunk: Buffer): Buffer;
  /** What was held back, once nothing more comes. */
  rest(): Buffer;
}

/** The model server repeated the key it was given. */
export class KeyInAnswer extends Error {
  override readonly name = 'KeyInAnswer';

  constructor() {
    super('The model server repeated its key in an answer');
  }
}

/** Watches one answer for `secret` in plain bytes, across chunk borders; an empty secret is never found. */
export function createKeyGuard(secret: string): KeyGuard {
  const key = Buffer.from(secret, 'latin1');
  let held: Buffer = Buffer.alloc(0);
  return {
    pass(chunk) {
      if (key.length === 0) return chunk;
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (bytes.includes(key)) throw new KeyInAnswer();
      const from = beginningOfKey(bytes, key);
      held = bytes.subarray(from);
      return bytes.subarray(0, from);
    },
    rest: () => held,
  };
}

/** Index of the longest tail of `bytes` that is a beginning of `key`; the length of `bytes` when there is none. */
function beginningOfKey(bytes: Buffer, key: Buffer): number {
  const first = key.subarray(0, 1);
  const earliest = Math.max(0, bytes.length - key.length + 1);
  let index = bytes.indexOf(first, earliest);
  while (index !== -1 && !bytes.subarray(index).equals(key.subarray(0, bytes.length - index))) {
    index = bytes.indexOf(first, index + 1);
  }
  return index === -1 ? bytes.length : index;
}
