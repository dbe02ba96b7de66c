import { Writable } from 'node:stream';
import { STDIN_WINDOW_BYTES } from './wire.ts';

/** Bytes of stdin in one frame, so that frames of other commands get between. */
const CHUNK_BYTES_MAX = 65_536;

/** The stdin of one command behind a daemon. */
export interface CommandStdin {
  readonly stream: Writable;
  /** The program took that many bytes, says the guest; it cannot get more ahead than the window. */
  grant(bytes: number): void;
}

/** Sends what is written, in pieces and only as fast as the program takes it; `send` with null is its end. */
export function createCommandStdin(send: (chunk: Uint8Array | null) => void): CommandStdin {
  let credit = STDIN_WINDOW_BYTES;
  let waiting: { rest: Uint8Array; done: () => void } | null = null;
  const advance = (): void => {
    while (waiting !== null && credit > 0) {
      const part = waiting.rest.subarray(0, Math.min(credit, CHUNK_BYTES_MAX));
      credit -= part.length;
      waiting.rest = waiting.rest.subarray(part.length);
      send(part);
      if (waiting.rest.length > 0) continue;
      const { done } = waiting;
      waiting = null;
      done();
    }
  };
  const stream = new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _encoding, done) => {
      waiting = { rest: chunk, done };
      advance();
    },
    final: (done) => {
      send(null);
      done();
    },
    destroy: (error, done) => {
      waiting = null;
      done(error);
    },
  });
  return {
    stream,
    grant: (bytes) => {
      credit = Math.min(credit + bytes, STDIN_WINDOW_BYTES);
      advance();
    },
  };
}
