import { AppError } from '#core/domain/errors.ts';
import type { GuestCommand, GuestExit } from '#core/ports/provisioner.ts';
import { createCommandStdin } from './stdin.ts';
import { ASKED, encodeAsked, HEADER_BYTES, SAID, START_BYTES_MAX } from './wire.ts';
import type { SaidFrame } from './wire.ts';
import { feedStdin } from '../exec-input.ts';
import { createExecOutput } from '../exec-output.ts';
import { NEVER_STARTED, watchExec } from '../exec-watch.ts';
import { GUEST_PATHS } from '../guest-layout.ts';

/** Milliseconds a killed command has to be gone; after that its whole guest is ended. */
const KILL_GRACE_MS = 2_000;
/** Bytes that the headers of a command's output may have beyond its limit of output, for a program that prints little at a time. */
const HEADERS_BYTES_SPARE = 1024 * 1024;
/** Bytes of a number in a frame. */
const NUMBER_BYTES = 4;

/** What one command needs of the stream that it shares with others. */
export interface ExecLine {
  readonly id: number;
  /** Whole environment before the command's own. */
  readonly env: Readonly<Record<string, string>>;
  write(frame: Uint8Array): void;
  /** Frames of this id come here from now on, until the returned function is called. */
  listen(onFrame: (frame: SaidFrame) => void): () => void;
  /** Settles, and never rejects, with the reason when the guest is over. */
  readonly over: Promise<AppError>;
  /** The guest does not obey and has to go. */
  abandon(): void;
}

/**
 * Runs one command through a daemon. However it is ended, it resolves only when nothing of the command lives any more, for
 * which the whole guest is ended if need be. Throws AppError `invalid` for a command that cannot be said, the reason of
 * `over` when the guest ends first, and whatever the source of stdin throws.
 */
export async function execThroughDaemon(line: ExecLine, command: GuestCommand): Promise<GuestExit> {
  if (command.signal?.aborted) return NEVER_STARTED;
  const start = encodeStart(line, command);
  let grace: NodeJS.Timeout | undefined;
  const watch = watchExec(command, () => {
    line.write(encodeAsked(ASKED.kill, line.id));
    grace = setTimeout(() => line.abandon(), KILL_GRACE_MS);
  });
  const output = createExecOutput(command, () => watch.stop('output-limit'));
  const countFrame = createFrameCount(command, () => watch.stop('output-limit'));
  const stdin = createCommandStdin((chunk) => line.write(encodeStdin(line.id, chunk)));
  let unlisten = (): void => undefined;
  const exited = new Promise<number>((resolve) => {
    unlisten = line.listen(({ kind, payload }) => {
      if (kind === SAID.stdout || kind === SAID.stderr) countFrame();
      if (kind === SAID.stdout) output.stdout(payload);
      else if (kind === SAID.stderr) output.stderr(payload);
      else if (kind === SAID.stdinClosed) stdin.stream.destroy();
      else if (payload.length !== NUMBER_BYTES) return;
      else if (kind === SAID.credit) stdin.grant(payload.readUInt32BE());
      else if (kind === SAID.exit) resolve(payload.readInt32BE());
    });
  });
  let broken: { readonly thrown: unknown } | undefined;
  const feed = async (): Promise<void> => {
    if (command.stdin !== undefined) await feedStdin(stdin.stream, command.stdin);
  };
  try {
    line.write(start);
    feed().catch((thrown: unknown) => {
      broken = { thrown };
      watch.stop('aborted');
    });
    const outcome = await Promise.race([exited, line.over]);
    if (broken !== undefined) throw broken.thrown;
    if (watch.stopped !== null) return { end: watch.stopped, exitCode: null, ...output.collected() };
    if (outcome instanceof AppError) throw outcome;
    return { end: 'exited', exitCode: outcome, ...output.collected() };
  } finally {
    clearTimeout(grace);
    unlisten();
    watch.close();
    stdin.stream.destroy();
  }
}

/** Empty frames cost nothing of the limit of output, so their headers have one of their own. */
function createFrameCount({ outputBytesMax }: GuestCommand, onLimit: () => void): () => void {
  let bytesLeft = outputBytesMax + HEADERS_BYTES_SPARE;
  return () => {
    bytesLeft -= HEADER_BYTES;
    if (bytesLeft < 0) onLimit();
  };
}

/** A zero byte would end an argument early; what the kernel will not take is not worth sending. */
function encodeStart({ id, env }: ExecLine, command: GuestCommand): Buffer {
  const { argv, cwd = GUEST_PATHS.workspace } = command;
  const variables = { ...env, ...command.env };
  if ([...argv, cwd, ...Object.entries(variables).flat()].some((word) => word.includes('\0'))) {
    throw new AppError('invalid', 'a command, its directory or its variables hold a zero byte');
  }
  const hasStdin = command.stdin !== undefined;
  const payload = Buffer.from(JSON.stringify({ argv, cwd, env: variables, hasStdin }));
  if (payload.length > START_BYTES_MAX || argv.length === 0) {
    throw new AppError('invalid', 'a command is empty or too long');
  }
  return encodeAsked(ASKED.start, id, payload);
}

function encodeStdin(id: number, chunk: Uint8Array | null): Buffer {
  return chunk === null ? encodeAsked(ASKED.stdinEnd, id) : encodeAsked(ASKED.stdin, id, chunk);
}
