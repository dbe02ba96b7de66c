import type { GuestCommand } from '#core/ports/provisioner.ts';

/** Takes what a command prints, within its limit. */
export interface ExecOutput {
  stdout(chunk: Uint8Array): void;
  stderr(chunk: Uint8Array): void;
  /** What was collected so far; empty for a stream that has a callback. */
  collected(): { stdout: Uint8Array; stderr: Uint8Array };
}

type OutputSettings = Pick<GuestCommand, 'outputBytesMax' | 'onStdout' | 'onStderr'>;

/**
 * Collects or passes on output until `outputBytesMax` bytes of both streams together; the chunk that crosses the limit
 * is cut there, `onLimit` is called once, and everything later is dropped.
 */
export function createExecOutput(settings: OutputSettings, onLimit: () => void): ExecOutput {
  const collectedOut: Uint8Array[] = [];
  const collectedErr: Uint8Array[] = [];
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
  const outSink = settings.onStdout ?? ((part: Uint8Array) => void collectedOut.push(part));
  const errSink = settings.onStderr ?? ((part: Uint8Array) => void collectedErr.push(part));
  return {
    stdout: (chunk) => take(chunk, outSink),
    stderr: (chunk) => take(chunk, errSink),
    collected: () => ({ stdout: Buffer.concat(collectedOut), stderr: Buffer.concat(collectedErr) }),
  };
}
