import type { ServerResponse } from 'node:http';
import { encodeFrame } from '#core/contracts/guest-wire.ts';

/** Bytes of output that may wait for a client that reads slowly. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
const FIRST_BYTES = 65_536;

/** Frames on their way to one client. */
export interface FrameSender {
  send(kind: number, payload: Uint8Array): void;
  /** Sends the last frame, whatever waits, and ends the answer. */
  end(kind: number, payload: Uint8Array): void;
}

/**
 * Sends at the pace of the client. What waits is copied into one growing buffer, so that tiny frames cost no object each;
 * when more than 64 MiB would wait, `onFull` is called once and everything but the last frame is dropped.
 */
export function createFrameSender(response: ServerResponse, onFull: () => void): FrameSender {
  let waiting: Buffer = Buffer.alloc(0);
  let used = 0;
  let isBlocked = false;
  let isFull = false;
  const flush = (): void => {
    isBlocked = false;
    if (used === 0 || response.destroyed) return;
    const bytes = waiting.subarray(0, used);
    [waiting, used] = [Buffer.alloc(0), 0];
    isBlocked = !response.write(bytes);
  };
  const keep = (frame: Uint8Array): void => {
    if (used + frame.length > waiting.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, (used + frame.length) * 2));
      waiting.copy(larger, 0, 0, used);
      waiting = larger;
    }
    waiting.set(frame, used);
    used += frame.length;
  };
  response.on('drain', flush);
  return {
    send: (kind, payload) => {
      if (isFull || response.destroyed) return;
      const frame = encodeFrame(kind, payload);
      if (!isBlocked) isBlocked = !response.write(frame);
      else if (response.writableLength + used + frame.length <= WAITING_BYTES_MAX) keep(frame);
      else {
        isFull = true;
        onFull();
      }
    },
    end: (kind, payload) => {
      flush();
      response.end(encodeFrame(kind, payload));
    },
  };
}
