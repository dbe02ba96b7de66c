/**
 * Frames between the host and the daemon in a guest (`image/frames.mjs`, which this must equal): payload length in 4 bytes
 * (big-endian), kind in 1, command id in 4, payload.
 */
export const ASKED = { start: 1, stdin: 2, stdinEnd: 3, kill: 4, doors: 5, ping: 6 } as const;

/** Kinds of frames that a daemon sends. `exit` carries a signed, `credit` an unsigned 32-bit number. */
export const SAID = {
  hello: 32,
  stdout: 33,
  stderr: 34,
  exit: 35,
  credit: 36,
  stdinClosed: 37,
  doorsSet: 38,
  pong: 39,
} as const;

/** Bytes of stdin a command may have been sent that its program has not yet taken. */
export const STDIN_WINDOW_BYTES = 262_144;
/** Bytes of a command with all its arguments and variables; the kernel takes about 2 MiB (execve(2)). */
export const START_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes of payload in a frame that a guest may send. */
const SAID_BYTES_MAX = 65_536;
/** Bytes of a frame before its payload. */
export const HEADER_BYTES = 9;
const KIND_OFFSET = 4;
const ID_OFFSET = 5;

/** One frame as a daemon sent it; `payload` is only valid during the call that hands it over. */
export interface SaidFrame {
  readonly kind: number;
  readonly id: number;
  readonly payload: Buffer;
}

/** One frame for a daemon. */
export function encodeAsked(kind: number, id: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame[KIND_OFFSET] = kind;
  frame.writeUInt32BE(id, ID_OFFSET);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/**
 * Takes what a daemon sends apart, however it is cut; it holds at most one unfinished frame. The returned function is false
 * once the stream is none of frames: a stranger wrote it, and nothing after that can be trusted.
 */
export function createSaidDecoder(onFrame: (frame: SaidFrame) => void): (chunk: Buffer) => boolean {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let wanted = HEADER_BYTES;
  return (chunk) => {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes < wanted) return true;
    const joined = pending.length === 1 ? chunk : Buffer.concat(pending);
    let at = 0;
    for (;;) {
      wanted = HEADER_BYTES;
      if (joined.length - at < wanted) break;
      const length = joined.readUInt32BE(at);
      const kind = joined.readUInt8(at + KIND_OFFSET);
      if (length > SAID_BYTES_MAX || kind < SAID.hello || kind > SAID.pong) return false;
      wanted = HEADER_BYTES + length;
      if (joined.length - at < wanted) break;
      const payload = joined.subarray(at + HEADER_BYTES, at + wanted);
      onFrame({ kind, id: joined.readUInt32BE(at + ID_OFFSET), payload });
      at += wanted;
    }
    pending = at < joined.length ? [joined.subarray(at)] : [];
    pendingBytes = joined.length - at;
    return true;
  };
}
