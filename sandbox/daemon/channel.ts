import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#core/domain/errors.ts';
import type { ErrorCode } from '#core/domain/errors.ts';
import type { GuestCommand, GuestDoors, GuestExit } from '#core/ports/provisioner.ts';
import { execThroughDaemon } from './exec.ts';
import { openLine } from './line.ts';
import type { DaemonLine, DaemonStream } from './line.ts';
import { ASKED, encodeAsked, SAID } from './wire.ts';
import { GUEST_ENV } from '../guest-layout.ts';

/** The main process of a guest: an init that collects the dead, and the daemon of `image/daemon.mjs`. */
export const DAEMON_ARGV = ['/usr/bin/tini-static', '--', '/usr/local/bin/node', '/opt/astraforge/daemon.mjs'] as const;

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

/** Milliseconds from the start of a guest until its daemon has said hello. */
const HELLO_TIMEOUT_MS = 20_000;
const DOORS_TIMEOUT_MS = 5_000;
const HELLO_ID = 0;

/** Opens the channel over streams that are connected already. Throws nothing; see {@link GuestDaemon.ready}. */
export function openDaemon(stream: DaemonStream, { env = GUEST_ENV }: DaemonOptions = {}): GuestDaemon {
  const line = openLine(stream);
  const hello = { id: HELLO_ID, kind: SAID.hello, timeoutMs: HELLO_TIMEOUT_MS };
  const ready = awaitAnswer(line, null, hello).catch((cause: unknown) => {
    throw new AppError('unavailable', 'the daemon of a workspace did not start', { cause });
  });
  ready.catch(() => undefined);
  return {
    ready,
    exec: async (command) => {
      const id = line.nextId();
      const { write, over, abandon } = line;
      const listen: Parameters<typeof execThroughDaemon>[0]['listen'] = (onFrame) => line.listen(id, onFrame);
      return execThroughDaemon({ id, env, write, listen, over, abandon }, command);
    },
    setDoors: async ({ host, port, token }) => {
      const id = line.nextId();
      const question = encodeAsked(ASKED.doors, id, Buffer.from(JSON.stringify({ host, port, token })));
      await awaitAnswer(line, question, { id, kind: SAID.doorsSet, timeoutMs: DOORS_TIMEOUT_MS });
    },
    ping: async (timeoutMs) => {
      const id = line.nextId();
      await awaitAnswer(line, encodeAsked(ASKED.ping, id), { id, kind: SAID.pong, timeoutMs });
    },
    closed: line.over,
    close: () => line.end(new AppError('missing', 'the workspace was destroyed')),
  };
}

/** A frame that is waited for. */
interface Answer {
  readonly id: number;
  readonly kind: number;
  readonly timeoutMs: number;
}

/** Sends a question, if there is one, and waits for the answer to it. Throws why there is none. */
async function awaitAnswer(line: DaemonLine, question: Uint8Array | null, answer: Answer): Promise<void> {
  const { id, kind, timeoutMs } = answer;
  const waiting = new AbortController();
  let unlisten = (): void => undefined;
  const answered = new Promise<'answered'>((resolve) => {
    unlisten = line.listen(id, (frame) => (frame.kind === kind ? resolve('answered') : undefined));
  });
  if (question !== null) line.write(question);
  const late = delay(timeoutMs, silent('missing'), { signal: waiting.signal }).catch(() => silent('internal'));
  const outcome = await Promise.race([answered, line.over, late]);
  unlisten();
  waiting.abort();
  if (outcome !== 'answered') throw outcome;
}

function silent(code: ErrorCode): AppError {
  return new AppError(code, 'the daemon of a workspace does not answer');
}
