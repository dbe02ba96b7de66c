/** What the first bytes of a connection are: not yet enough, a TLS ClientHello for a name, or nothing that can be let through. */
export type TlsOpening =
  | { readonly kind: 'partial' }
  | { readonly kind: 'hello'; readonly serverName: string }
  | { readonly kind: 'unfit'; readonly why: string };

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RECORD_HEADER_BYTES = 5;
/** Source: RFC 8446, section 5.1. */
const FRAGMENT_BYTES_MAX = 2 ** 14;
const MESSAGE_HEADER_BYTES = 4;
const RANDOM_BYTES = 32;
const SESSION_ID_BYTES_MAX = 32;
/** Source: RFC 6066, section 3. */
const SERVER_NAME = 0;
const HOST_NAME = 0;
/** Source: RFC 9849, section 5. */
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;

const PARTIAL = { kind: 'partial' } as const;
const NOT_TLS = unfit('not TLS');
const MALFORMED = unfit('malformed TLS hello');

/**
 * Reads the server name out of a ClientHello, however it is cut into records. Stricter than a server has to be, so that no
 * server can read another name than this: every length must add up, nothing may stand twice or behind. An encrypted hello
 * (ECH) is unfit, because the name in it cannot be read.
 */
export function readTlsHello(bytes: Buffer): TlsOpening {
  const message = joinRecords(bytes);
  if (!Buffer.isBuffer(message)) return message;
  try {
    return readMessage(message);
  } catch (thrown) {
    if (thrown instanceof RangeError) return MALFORMED;
    throw thrown;
  }
}

/** The body of the ClientHello, once it is there. */
function joinRecords(bytes: Buffer): Buffer | TlsOpening {
  const fragments: Buffer[] = [];
  let [offset, joined, end] = [0, 0, Infinity];
  while (offset < bytes.length) {
    if (bytes[offset] !== HANDSHAKE_RECORD || (bytes[offset + 1] ?? 3) !== 3) return NOT_TLS;
    if (bytes.length - offset < RECORD_HEADER_BYTES) return PARTIAL;
    const length = bytes.readUInt16BE(offset + 3);
    if (length === 0 || length > FRAGMENT_BYTES_MAX) return MALFORMED;
    offset += RECORD_HEADER_BYTES;
    const fragment = bytes.subarray(offset, offset + length);
    fragments.push(fragment);
    if (joined === 0 && fragment.length > 0 && fragment[0] !== CLIENT_HELLO) return NOT_TLS;
    joined += fragment.length;
    offset += length;
    if (joined < MESSAGE_HEADER_BYTES) continue;
    if (end === Infinity) end = MESSAGE_HEADER_BYTES + Buffer.concat(fragments).readUIntBE(1, 3);
    if (joined > end || (joined === end && offset > bytes.length)) return MALFORMED;
    if (joined === end) return Buffer.concat(fragments).subarray(MESSAGE_HEADER_BYTES);
  }
  return PARTIAL;
}

function readMessage(message: Buffer): TlsOpening {
  const hello = createCursor(message);
  hello.take(2 + RANDOM_BYTES);
  if (hello.vector(1).length > SESSION_ID_BYTES_MAX) return MALFORMED;
  hello.vector(2);
  hello.vector(1);
  if (hello.done()) return unfit('no server name in the TLS hello');
  const extensions = createCursor(hello.vector(2));
  if (!hello.done()) return MALFORMED;
  const seen = new Map<number, Buffer>();
  while (!extensions.done()) {
    const type = extensions.number(2);
    if (seen.has(type)) return MALFORMED;
    seen.set(type, extensions.vector(2));
  }
  if (seen.has(ENCRYPTED_CLIENT_HELLO)) return unfit('encrypted TLS hello, which hides the name');
  const names = seen.get(SERVER_NAME);
  return names === undefined ? unfit('no server name in the TLS hello') : readServerName(names);
}

function readServerName(extension: Buffer): TlsOpening {
  const outer = createCursor(extension);
  const list = createCursor(outer.vector(2));
  const type = list.number(1);
  const name = list.vector(2);
  if (!outer.done() || !list.done() || type !== HOST_NAME || name.length === 0) return MALFORMED;
  return { kind: 'hello', serverName: name.toString('latin1').toLowerCase() };
}

interface Cursor {
  /** The next bytes. All three throw RangeError beyond the end. */
  take(size: number): Buffer;
  /** A big-endian number of `size` bytes. */
  number(size: number): number;
  /** Bytes behind their own length, which is `size` bytes long. */
  vector(size: number): Buffer;
  done(): boolean;
}

function createCursor(bytes: Buffer): Cursor {
  let at = 0;
  const take = (size: number): Buffer => {
    if (at + size > bytes.length) throw new RangeError('the TLS hello ends too soon');
    at += size;
    return bytes.subarray(at - size, at);
  };
  const number = (size: number): number => take(size).readUIntBE(0, size);
  return { take, number, vector: (size) => take(number(size)), done: () => at === bytes.length };
}

function unfit(why: string): TlsOpening {
  return { kind: 'unfit', why };
}
