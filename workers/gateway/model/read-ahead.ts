import type { Readable } from 'node:stream';

/** What was found at the beginning of a stream, or why nothing was. */
export type ReadAhead<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'ended' }
  | { readonly kind: 'too-long' | 'too-slow' };

/** How far and how long to look. */
export interface ReadAheadBounds {
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

/** A finding and how many of the bytes belong to it; the rest stays in the stream. */
export interface Finding<T> {
  readonly value: T;
  readonly bytes: number;
}

/**
 * Reads until `examine`, which gets all bytes so far, finds something or the bounds are reached. The stream is left paused,
 * with every byte behind the finding still to be read. Never rejects: a broken stream has `ended`.
 */
export function readAhead<T>(
  stream: Readable,
  examine: (bytes: Buffer) => Finding<T> | null,
  bounds: ReadAheadBounds,
): Promise<ReadAhead<T>> {
  return new Promise((resolve) => {
    let read = Buffer.alloc(0);
    const finish = (outcome: ReadAhead<T>): void => {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('close', onEnd);
      stream.pause();
      resolve(outcome);
    };
    const onData = (chunk: Buffer): void => {
      read = Buffer.concat([read, chunk]);
      const finding = examine(read.subarray(0, bounds.bytesMax));
      if (finding === null && read.length < bounds.bytesMax) return;
      finish(finding === null ? { kind: 'too-long' } : { kind: 'found', value: finding.value });
      const rest = read.subarray(finding?.bytes ?? 0);
      if (rest.length > 0) stream.unshift(rest);
    };
    const onEnd = (): void => finish({ kind: 'ended' });
    const timer = setTimeout(() => finish({ kind: 'too-slow' }), bounds.timeoutMs);
    if (stream.destroyed || stream.readableEnded) onEnd();
    else stream.on('data', onData).once('end', onEnd).once('close', onEnd).resume();
  });
}
