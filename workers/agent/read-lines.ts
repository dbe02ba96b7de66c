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

/** Lines end with LF or CRLF; chunks may be cut anywhere, also inside a character. */
export function createLineReader(bytesMax: number, handlers: LineHandlers): LineReader {
  let parts: Uint8Array[] = [];
  let size = 0;

  const keep = (part: Uint8Array): void => {
    size += part.length;
    if (size <= bytesMax) parts.push(Buffer.from(part));
    else parts = [];
  };
  const endLine = (): void => {
    if (size > bytesMax) handlers.onTooLong(size);
    else handlers.onLine(Buffer.concat(parts).toString('utf8').replace(/\r$/, ''));
    parts = [];
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
