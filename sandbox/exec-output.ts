import type { GuestCommand } from '#core/ports/provisioner.ts';

/** Takes what a command prints, within its limit. */
export interface ExecOutput {
  stdout(chunk: Uint8Array): void;
  stderr(chunk: Uint8Array): void;
  /** What was collected so far; empty for a stream that has a callback. */
  collected(): { stdout: Uint8Array; stderr: Uint8Array };
}

type OutputSettings = Pick<GuestCommand, 'outputBytesMax' | 'onStdout' | 'onStderr'>;

const FIRST_BYTES = 4_096;

/**
 * Collects or passes on output until `outputBytesMax` bytes of both streams together; the chunk that crosses the limit
 * is cut there, `onLimit` is called once, and everything later is dropped.
 */
export function createExecOutput(settings: OutputSettings, onLimit: () => void): ExecOutput {
  const [collectedOut, collectedErr] = [createCollector(), createCollector()];
  let bytesLeft = settings.outputBytesMax;
  let limitReached = false;
  const take = (chunk: Uint8Array, sink: (part: Uint8Array) => void): void => {
    if (limitReached) return;
    const part = chunk.length > bytesLeft ? chunk.subarray(0, bytesLeft) : chunk;
    bytesLeft -= part.length;
    if (part.length > 0) sink(part);
    if (part.length < chunk.length) {
      limitReached = true;
      onLimit();
    }
  };
  const outSink = settings.onStdout ?? collectedOut.add;
  const errSink = settings.onStderr ?? collectedErr.add;
  return {
    stdout: (chunk) => take(chunk, outSink),
    stderr: (chunk) => take(chunk, errSink),
    collected: () => ({ stdout: collectedOut.bytes(), stderr: collectedErr.bytes() }),
  };
}

/** Copies into one growing buffer: a command that prints byte by byte must not cost an object for each. */
function createCollector(): { add(part: Uint8Array): void; bytes(): Uint8Array } {
  let buffer: Buffer = Buffer.alloc(0);
  let used = 0;
  return {
    add: (part) => {
      if (used + part.length > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, (used + part.length) * 2));
        buffer.copy(larger, 0, 0, used);
        buffer = larger;
      }
      buffer.set(part, used);
      used += part.length;
    },
    bytes: () => Buffer.from(buffer.subarray(0, used)),
  };
}
