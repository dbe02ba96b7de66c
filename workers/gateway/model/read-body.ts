import type { IncomingMessage } from 'node:http';

/** Bytes that all bodies of one run may fill together. */
export interface ByteRoom {
  /** Takes room for so many bytes; false, and nothing is taken, when they do not fit. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** A whole body with its place in the room, or why there is none: longer than allowed, no room, or its sender left. */
export type ReadBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer; release(): void }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'no-room' }
  | { readonly kind: 'left' };

/** Opens a room. */
export function createByteRoom(bytesMax: number): ByteRoom {
  let free = bytesMax;
  return {
    take(bytes) {
      if (bytes > free) return false;
      free -= bytes;
      return true;
    },
    give(bytes) {
      free += bytes;
    },
  };
}

/** Reads a request's body to its end. A body that is not taken is left to be read by whoever answers. Never rejects. */
export function readBody(request: IncomingMessage, bytesMax: number, room: ByteRoom): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let taken = 0;
    const finish = (body: ReadBody): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      if (body.kind !== 'whole') room.give(taken);
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      if (taken + chunk.length > bytesMax) return finish({ kind: 'too-large' });
      if (!room.take(chunk.length)) return finish({ kind: 'no-room' });
      taken += chunk.length;
      chunks.push(chunk);
    };
    const onEnd = (): void => {
      const [only = Buffer.alloc(0)] = chunks;
      const bytes = chunks.length > 1 ? Buffer.concat(chunks, taken) : only;
      finish({ kind: 'whole', bytes, release: () => room.give(taken) });
    };
    const onClose = (): void => finish({ kind: 'left' });
    request.on('error', () => undefined);
    request.on('data', onData).once('end', onEnd).once('close', onClose);
  });
}
