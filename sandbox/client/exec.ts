import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createFrameDecoder, ExecEnd, FRAME_KINDS, WireError } from '#core/contracts/guest-wire.ts';
import type { ExecHead } from '#core/contracts/guest-wire.ts';
import { AppError } from '#core/domain/errors.ts';
import type { GuestCommand, GuestExit } from '#core/ports/provisioner.ts';
import type { SandboxHttp } from './http.ts';
import { feedStdin } from '../exec-input.ts';
import { createExecOutput } from '../exec-output.ts';
import { NEVER_STARTED } from '../exec-watch.ts';

/** Milliseconds the sandbox process has to hear that a command is to end; then the connection is cut, which also ends it. */
const ABORT_TIMEOUT_MS = 5_000;

/**
 * Runs one command in a guest of the sandbox process, which also keeps its limits. Aborting is a request of its own, so
 * that it arrives whatever the command does with its stdin; the answer then still tells how the command ended.
 */
export async function execOverHttp(http: SandboxHttp, guestId: string, command: GuestCommand): Promise<GuestExit> {
  if (command.signal?.aborted) return NEVER_STARTED;
  const execs = ['guests', guestId, 'execs'];
  const { head, execId } = headOf(command);
  const { request, answer } = http.open({ method: 'POST', path: execs });
  const abort = (): void => {
    const target = { method: 'DELETE', path: [...execs, execId], timeoutMs: ABORT_TIMEOUT_MS } as const;
    http.call(target).catch(() => request.destroy());
  };
  command.signal?.addEventListener('abort', abort, { once: true });
  request.write(`${head}\n`);
  const input = feedStdin(request, command.stdin).catch((thrown: unknown) => {
    request.destroy();
    throw thrown;
  });
  try {
    const [exit] = await Promise.all([readExit(answer, command), input]);
    return exit;
  } finally {
    command.signal?.removeEventListener('abort', abort);
  }
}

function headOf(command: GuestCommand): { head: string; execId: string } {
  const execId = randomUUID();
  const { argv, timeoutMs, outputBytesMax, cwd, env, offline } = command;
  const head: ExecHead = { execId, argv: [...argv], timeoutMs, outputBytesMax, hasStdin: command.stdin !== undefined };
  return { head: JSON.stringify({ ...head, cwd, env, offline }), execId };
}

async function readExit(answer: Promise<IncomingMessage>, command: GuestCommand): Promise<GuestExit> {
  const output = createExecOutput(command, () => undefined);
  let last: { kind: number; payload: string } | undefined;
  const decode = createFrameDecoder((kind, payload) => {
    if (kind === FRAME_KINDS.stdout) output.stdout(payload);
    else if (kind === FRAME_KINDS.stderr) output.stderr(payload);
    else last = { kind, payload: Buffer.from(payload).toString('utf8') };
  });
  const stream = await answer;
  stream.on('data', decode);
  await once(stream, 'close').catch(() => undefined);
  if (last?.kind === FRAME_KINDS.end) return { ...ExecEnd.parse(JSON.parse(last.payload)), ...output.collected() };
  if (last === undefined) throw new AppError('unavailable', 'the sandbox process went away during a command');
  const { code, message } = WireError.parse(JSON.parse(last.payload));
  throw new AppError(code, message);
}
