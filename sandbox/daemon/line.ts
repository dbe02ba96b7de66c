import { finished } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#core/domain/errors.ts';
import { createSaidDecoder } from './wire.ts';
import type { SaidFrame } from './wire.ts';

/** Byte streams to and from one daemon, whose stderr is not among them, and the way to end its guest. */
export interface DaemonStream {
  readonly input: Writable;
  /** Its end, or failure, is the end of the guest. */
  readonly output: Readable;
  /** Ends the guest for good. Called at most once, when its daemon does not obey or speaks garbage; must not reject. */
  abandon(): Promise<void>;
}

/** Frames over a {@link DaemonStream}, each to whom it belongs. */
export interface DaemonLine {
  /** Dropped once the guest is over. */
  write(frame: Uint8Array): void;
  /** Frames of this id go to `onFrame` from now on, until the returned function is called; those of no listener are dropped. */
  listen(id: number, onFrame: (frame: SaidFrame) => void): () => void;
  /** An id that nobody listens for. Throws AppError `limited` when too many are in use. */
  nextId(): number;
  /** Ends the guest, because it does not obey. What waits for it is told when it is gone. */
  abandon(): void;
  /** Ends the streams, for the given reason. */
  end(reason: AppError): void;
  /** Resolves with the reason when the guest is over; never rejects. */
  readonly over: Promise<AppError>;
}

/** Milliseconds the end of a guest that is given up may take before its commands are told. */
const ABANDON_TIMEOUT_MS = 10_000;
/** Commands and questions at a time in one guest. */
const LISTENERS_MAX = 256;
/** Bytes that may wait for a guest that does not read. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;
const ID_MAX = 0xffff_ffff;

/** Opens the line over connected streams. A stream that holds no frames ends its guest. */
export function openLine({ input, output, abandon: endGuest }: DaemonStream): DaemonLine {
  const listeners = new Map<number, (frame: SaidFrame) => void>();
  let lastId = 0;
  let isOver = false;
  let isAbandoned = false;
  let settle: (reason: AppError) => void = () => undefined;
  const over = new Promise<AppError>((resolve) => (settle = resolve));
  const end = (reason: AppError): void => {
    isOver = true;
    input.destroy();
    output.destroy();
    settle(reason);
  };
  const abandon = (): void => {
    if (isOver) return;
    [isOver, isAbandoned] = [true, true];
    const reason = new AppError('missing', 'the workspace did not obey and was removed');
    const late = delay(ABANDON_TIMEOUT_MS, undefined, { ref: false });
    void Promise.race([endGuest().catch(() => undefined), late]).then(() => end(reason));
  };
  const decode = createSaidDecoder((frame) => listeners.get(frame.id)?.(frame));
  output.on('data', (chunk: Buffer) => {
    if (!isOver && !decode(chunk)) abandon();
  });
  input.on('error', () => undefined);
  finished(output, { writable: false }, (error) => {
    if (!isAbandoned) end(reasonOf(error ?? null));
  });
  return {
    write: (frame) => {
      if (isOver || input.destroyed) return;
      input.write(frame);
      if (input.writableLength > UNREAD_BYTES_MAX) abandon();
    },
    listen: (id, onFrame) => {
      listeners.set(id, onFrame);
      return () => void listeners.delete(id);
    },
    nextId: () => {
      if (listeners.size >= LISTENERS_MAX) throw new AppError('limited', 'too many commands at a time in a workspace');
      do lastId = lastId === ID_MAX ? 1 : lastId + 1;
      while (listeners.has(lastId));
      return lastId;
    },
    abandon,
    end,
    over,
  };
}

/** A stream that just ends is a guest that ended; one that breaks is an engine that went away. */
function reasonOf(error: Error | null): AppError {
  if (error === null || ('code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) {
    return new AppError('missing', 'the workspace ended', error === null ? {} : { cause: error });
  }
  return new AppError('unavailable', 'the way to the workspace broke', { cause: error });
}
