import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ExecHead, FRAME_KINDS } from '#core/contracts/guest-wire.ts';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import { createFrameSender } from './output.ts';

/** Bytes the first line of an exec request may have. */
const HEAD_BYTES_MAX = 1024 * 1024;
const NEWLINE = 10;

/** Running commands by exec id, so that another request can end one. */
export type RunningExecs = Map<string, AbortController>;

/** One exec request. */
export interface ExecExchange {
  readonly guest: Guest;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly running: RunningExecs;
}

/**
 * Runs one command for a client: its stdin is the rest of the request, its output goes out frame by frame as it comes.
 * The command is killed when the client's connection is gone, and ends with `output-limit` when the client reads so slowly
 * that too much waits for it.
 */
export async function serveExec({ guest, request, response, running }: ExecExchange): Promise<void> {
  const body: AsyncIterator<Uint8Array> = request[Symbol.asyncIterator]();
  const { head, rest } = await readHead(body);
  const { execId, hasStdin, cwd, env, offline, ...limits } = head;
  const abort = new AbortController();
  running.set(execId, abort);
  response.on('close', () => abort.abort());
  // A connection whose stdin was not read to its end is cut afterwards, so that nobody may send on it again.
  response.writeHead(200, { 'content-type': 'application/octet-stream', connection: 'close' });
  response.flushHeaders();
  let isFull = false;
  const sender = createFrameSender(response, () => {
    isFull = true;
    abort.abort();
  });
  try {
    const { end, exitCode } = await guest.exec({
      ...limits,
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(offline === undefined ? {} : { offline }),
      ...(hasStdin ? { stdin: remaining(rest, body) } : {}),
      signal: abort.signal,
      onStdout: (chunk) => sender.send(FRAME_KINDS.stdout, chunk),
      onStderr: (chunk) => sender.send(FRAME_KINDS.stderr, chunk),
    });
    const outcome = isFull ? { end: 'output-limit', exitCode: null } : { end, exitCode };
    sender.end(FRAME_KINDS.end, Buffer.from(JSON.stringify(outcome)));
  } catch (thrown) {
    const { code, message } = toAppError(thrown, 'run a command in the workspace');
    sender.end(FRAME_KINDS.error, Buffer.from(JSON.stringify({ code, message })));
  } finally {
    running.delete(execId);
    if (!response.destroyed) await once(response, 'close').catch(() => undefined);
    if (!request.complete) request.destroy();
  }
}

async function readHead(body: AsyncIterator<Uint8Array>): Promise<{ head: ExecHead; rest: Uint8Array }> {
  let read: Buffer = Buffer.alloc(0);
  while (!read.includes(NEWLINE)) {
    const next = await body.next();
    if (next.done === true || read.length > HEAD_BYTES_MAX)
      throw new AppError('invalid', 'exec request has no first line');
    read = Buffer.concat([read, next.value]);
  }
  const end = read.indexOf(NEWLINE);
  const parsed = ExecHead.safeParse(JSON.parse(read.subarray(0, end).toString('utf8')));
  if (!parsed.success) throw new AppError('invalid', 'exec request is malformed', { cause: parsed.error });
  return { head: parsed.data, rest: read.subarray(end + 1) };
}

async function* remaining(first: Uint8Array, body: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await body.next(); next.done !== true; next = await body.next()) yield next.value;
}
