// Frames between a guest's daemon and its host: payload length (4 bytes, big-endian), kind (1), command id (4), payload.

/** What the host says. */
export const ASKED = { start: 1, stdin: 2, stdinEnd: 3, kill: 4, doors: 5, ping: 6 };

/** What the daemon says. */
export const SAID = {
  hello: 32,
  stdout: 33,
  stderr: 34,
  exit: 35,
  credit: 36,
  stdinClosed: 37,
  doorsSet: 38,
  pong: 39,
};

/** Bytes of payload in one frame of output; the host ends a guest that sends more. */
const OUTPUT_BYTES_MAX = 65_536;
/** Bytes of payload that are taken: a command with all its arguments and variables. */
const TAKEN_BYTES_MAX = 4 * 1024 * 1024;
const HEADER_BYTES = 9;
const KIND_OFFSET = 4;
const ID_OFFSET = 5;

/** One frame. */
export function encode(kind, id, payload = Buffer.alloc(0)) {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame[KIND_OFFSET] = kind;
  frame.writeUInt32BE(id, ID_OFFSET);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** One frame that carries a number of 32 bits. */
export function encodeNumber(kind, id, number) {
  const payload = Buffer.alloc(4);
  payload.writeInt32BE(number);
  return encode(kind, id, payload);
}

/** Output of any size, in frames that the host takes. */
export function* encodeOutput(kind, id, chunk) {
  for (let at = 0; at < chunk.length; at += OUTPUT_BYTES_MAX)
    yield encode(kind, id, chunk.subarray(at, at + OUTPUT_BYTES_MAX));
}

/** Takes a stream apart, however it is cut; throws when it holds no frames. */
export function createDecoder(onFrame) {
  let pending = [];
  let pendingBytes = 0;
  let wanted = HEADER_BYTES;
  return (chunk) => {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes < wanted) return;
    const joined = pending.length === 1 ? chunk : Buffer.concat(pending);
    let at = 0;
    for (;;) {
      const left = joined.length - at;
      wanted = HEADER_BYTES;
      if (left < wanted) break;
      const length = joined.readUInt32BE(at);
      if (length > TAKEN_BYTES_MAX) throw new Error('frame is too long');
      wanted = HEADER_BYTES + length;
      if (left < wanted) break;
      onFrame(
        joined[at + KIND_OFFSET],
        joined.readUInt32BE(at + ID_OFFSET),
        joined.subarray(at + HEADER_BYTES, at + wanted),
      );
      at += wanted;
    }
    pending = at < joined.length ? [joined.subarray(at)] : [];
    pendingBytes = joined.length - at;
  };
}
