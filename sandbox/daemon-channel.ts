import { finished } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#core/domain/errors.ts';
import type { GuestCommand, GuestDoors, GuestExit } from '#core/ports/provisioner.ts';
import { execThroughDaemon } from './daemon-exec.ts';
import { ASKED, createSaidDecoder, encodeAsked, SAID } from './daemon-wire.ts';
import type { SaidFrame } from './daemon-wire.ts';
import { GUEST_ENV } from './guest-layout.ts';

/** The main process of a guest: an init that collects the dead, and the daemon of `image/daemon.mjs`. */
export const DAEMON_ARGV = ['/usr/bin/tini-static', '--', '/usr/local/bin/node', '/opt/astraforge/daemon.mjs'] as const;

/** Milliseconds from the start of a guest until its daemon has said hello. */
const HELLO_TIMEOUT_MS = 20_000;
const DOORS_TIMEOUT_MS = 5_000;
/** Milliseconds the end of a guest that is given up may take before its commands are told. */
const ABANDON_TIMEOUT_MS = 10_000;
/** Commands at a time in one guest. */
const COMMANDS_MAX = 256;
/** Bytes that may wait for a guest that does not read. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;
const ID_MAX = 0xffff_ffff;
/** Frames of no command. */
const HELLO_ID = 0;

/** Byte streams to and from one daemon, whose stderr is not among them, and the way to end its guest. */
export interface DaemonStream {
  readonly input: Writable;
  /** Its end, or failure, is the end of the guest. */
  readonly output: Readable;
  /** Ends the guest for good. Called at most once, when its daemon does not obey or speaks garbage; must not reject. */
  abandon(): Promise<void>;
}

/** What commands run with. */
export interface DaemonOptions {
  /** Whole environment of a command before its own; nothing of the daemon's is inherited. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A service on the network that is the way out of a guest. */
export type NetworkDoors = Omit<Extract<GuestDoors, { kind: 'network' }>, 'kind'>;

/** A guest's daemon, spoken to over one stream. Nothing it says is trusted: garbage ends its guest and nothing else. */
export interface GuestDaemon {
  /** Resolves when both doors listen. Rejects with AppError `unavailable` when the stream ends first, or after 20 s. */
  readonly ready: Promise<void>;
  /** As `Guest.exec`, many at a time. Throws AppError `missing` or `unavailable` when the stream is over. */
  exec(command: GuestCommand): Promise<GuestExit>;
  /** Makes both doors lead to this service. Throws as {@link GuestDaemon.ping}. */
  setDoors(doors: NetworkDoors): Promise<void>;
  /** One round trip. Throws AppError `missing` when there is no answer in time. */
  ping(timeoutMs: number): Promise<void>;
  /** Resolves with the reason when the stream is over; never rejects. */
  readonly closed: Promise<AppError>;
  /** Ends the stream, whereupon the daemon ends, and with it every command; idempotent. */
  close(): void;
}

/** Opens the channel over streams that are connected already. Throws nothing; see {@link GuestDaemon.ready}. */
export function openDaemon(stream: DaemonStream, { env = GUEST_ENV }: DaemonOptions = {}): GuestDaemon {
  const { input, output } = stream;
  const listeners = new Map<number, (frame: SaidFrame) => void>();
  let lastId = HELLO_ID;
  let isOver = false;
  let settle: (reason: AppError) => void = () => undefined;
  const closed = new Promise<AppError>((resolve) => (settle = resolve));
  const end = (reason: AppError): void => {
    isOver = true;
    input.destroy();
    output.destroy();
    settle(reason);
  };
  const abandon = (): void => {
    if (isOver) return;
    isOver = true;
    const reason = new AppError('missing', 'the workspace does not obey and was removed');
    const gone = stream.abandon().catch(() => undefined);
    void Promise.race([gone, delay(ABANDON_TIMEOUT_MS, undefined, { ref: false })]).then(() => end(reason));
  };
  const write = (frame: Uint8Array): void => {
    if (isOver || input.destroyed) return;
    input.write(frame);
    if (input.writableLength > UNREAD_BYTES_MAX) abandon();
  };
  const listen = (id: number, onFrame: (frame: SaidFrame) => void): (() => void) => {
    listeners.set(id, onFrame);
    return () => void listeners.delete(id);
  };
  const nextId = (): number => {
    if (listeners.size >= COMMANDS_MAX) throw new AppError('limited', 'too many commands at a time in one workspace');
    do lastId = lastId === ID_MAX ? 1 : lastId + 1;
    while (listeners.has(lastId));
    return lastId;
  };
  /** Sends one frame, if there is one to send, and waits for the answer to it. */
  const ask = async (question: Uint8Array | null, answer: Answer): Promise<void> => {
    let unlisten = (): void => undefined;
    const answered = new Promise<null>((resolve) => {
      unlisten = listen(answer.id, ({ kind }) => (kind === answer.kind ? resolve(null) : undefined));
    });
    if (question !== null) write(question);
    const waiting = new AbortController();
    const late = delay(answer.timeoutMs, answer.late, { signal: waiting.signal }).catch(() => answer.late);
    const failure = await Promise.race([answered, closed, late]);
    unlisten();
    waiting.abort();
    if (failure !== null) throw failure;
  };
  const decode = createSaidDecoder((frame) => listeners.get(frame.id)?.(frame));
  output.on('data', (chunk: Buffer) => {
    if (!isOver && !decode(chunk)) abandon();
  });
  input.on('error', () => undefined);
  finished(output, { writable: false }, (error) => end(reasonOf(error ?? null)));
  const ready = ask(null, { id: HELLO_ID, kind: SAID.hello, timeoutMs: HELLO_TIMEOUT_MS, late: silent('unavailable') });
  ready.catch(() => undefined);
  return {
    ready: ready.catch((cause: unknown) => {
      throw new AppError('unavailable', 'the daemon of a workspace did not start', { cause });
    }),
    exec: async (command) => {
      const id = nextId();
      return execThroughDaemon(
        { id, env, write, listen: (onFrame) => listen(id, onFrame), over: closed, abandon },
        command,
      );
    },
    setDoors: async ({ host, port, token }) => {
      const id = nextId();
      const payload = Buffer.from(JSON.stringify({ host, port, token }));
      await ask(encodeAsked(ASKED.doors, id, payload), {
        id,
        kind: SAID.doorsSet,
        timeoutMs: DOORS_TIMEOUT_MS,
        late: silent('missing'),
      });
    },
    ping: async (timeoutMs) => {
      const id = nextId();
      await ask(encodeAsked(ASKED.ping, id), { id, kind: SAID.pong, timeoutMs, late: silent('missing') });
    },
    closed,
    close: () => end(new AppError('missing', 'the workspace was destroyed')),
  };
}

interface Answer {
  readonly id: number;
  readonly kind: number;
  readonly timeoutMs: number;
  /** What is thrown when it does not come. */
  readonly late: AppError;
}

function silent(code: 'missing' | 'unavailable'): AppError {
  return new AppError(code, 'the daemon of a workspace does not answer');
}

/** A stream that just ends is a guest that ended; one that breaks is an engine that went away. */
function reasonOf(error: Error | null): AppError {
  if (error === null || ('code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) {
    return new AppError('missing', 'the workspace ended', error === null ? {} : { cause: error });
  }
  return new AppError('unavailable', 'the way to the workspace broke', { cause: error });
}
