/** Cuts a byte stream into lines. */
export interface LineReader {
  write(chunk: Uint8Array): void;
  /** Gives out what stands after the last line feed, if anything. */
  end(): void;
}

/** What is done with lines. */
export interface LineHandlers {
  /** A line without its end; bytes that are no UTF-8 become U+FFFD. */
  readonly onLine: (line: string) => void;
  /** A line of more than `bytesMax`, whose content was dropped; `bytes` is its length. */
  readonly onTooLong: (bytes: number) => void;
}

const LINE_FEED = 0x0a;
const FIRST_BYTES = 4_096;

/** Bytes of room that is kept from one line to the next. */
const ROOM_KEPT_BYTES = 65_536;

/**
 * Lines end with LF or CRLF; chunks may be cut anywhere, also inside a character. What is kept of a line is copied into one
 * growing buffer, so that a line that comes byte by byte costs no object for each.
 */
export function createLineReader(bytesMax: number, handlers: LineHandlers): LineReader {
  let room: Buffer = Buffer.alloc(0);
  let size = 0;

  const keep = (part: Uint8Array): void => {
    const used = size;
    size += part.length;
    if (size > bytesMax) {
      room = Buffer.alloc(0);
      return;
    }
    if (size > room.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, size * 2));
      room.copy(larger, 0, 0, used);
      room = larger;
    }
    room.set(part, used);
  };
  const endLine = (): void => {
    if (size > bytesMax) handlers.onTooLong(size);
    else handlers.onLine(room.toString('utf8', 0, size).replace(/\r$/, ''));
    if (room.length > ROOM_KEPT_BYTES) room = Buffer.alloc(0);
    size = 0;
  };

  return {
    write(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
        keep(chunk.subarray(from, at));
        endLine();
        from = at + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from));
    },
    end() {
      if (size > 0) endLine();
    },
  };
}
