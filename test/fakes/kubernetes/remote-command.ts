import { Duplex, PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { Container, Exec } from 'dockerode';
import type { WebSocket } from 'ws';

/** What a client asked to run or to join. */
export interface RemoteCommand {
  readonly docker: Docker;
  readonly container: Container;
  readonly kind: 'exec' | 'attach';
  readonly argv: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

const [STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];
const NORMAL_CLOSURE = 1000;
const SUCCESS = { metadata: {}, status: 'Success' };
/** What the engine prints on stdout, with one of these codes, where a runtime would refuse to start a process. */
const NOT_STARTED = /^OCI runtime exec failed/;
const EXIT_CODES_NOT_STARTED = [126, 127];
const SETTLE_TRIES = 100;
const SETTLE_EVERY_MS = 10;

/**
 * Serves one WebSocket of `pods/exec` or `pods/attach`. With `v5.channel.k8s.io` a client can end stdin alone; with v4 it
 * cannot: what a client does instead, closing the socket, ends everything, output and status included (measured on 1.20).
 * Listens before it awaits anything, since frames that arrive earlier would be lost, and announces itself by an empty frame.
 */
export async function serveRemoteCommand(socket: WebSocket, command: RemoteCommand): Promise<void> {
  const early: Buffer[] = [];
  let take = (frame: Buffer): void => void early.push(frame);
  socket.on('message', (data: Buffer) => take(data));
  const send = (channel: number, bytes: Buffer): void => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), bytes]));
  };
  const finish = (status: unknown): void => {
    send(STATUS, Buffer.from(JSON.stringify(status)));
    socket.close(NORMAL_CLOSURE);
  };
  send(STDOUT, Buffer.alloc(0));
  try {
    const { stream, exitCode, resize } = await start(command);
    socket.on('close', () => stream.destroy());
    take = (frame) => {
      const [channel, payload] = [frame[0], frame.subarray(1)];
      if (channel === STDIN && command.stdin) stream.write(payload);
      if (channel === RESIZE) resize(JSON.parse(payload.toString('utf8')));
      if (channel === CLOSE && socket.protocol === 'v5.channel.k8s.io' && payload[0] === STDIN) stream.end();
    };
    for (const frame of early.splice(0)) take(frame);
    let said = '';
    await pass(command, stream, (channel, bytes) => {
      said = `${said}${bytes.toString('utf8')}`.slice(0, 1_000);
      send(channel, bytes);
    });
    finish(statusOf(await exitCode(), said));
  } catch (thrown) {
    finish(internalError(thrown instanceof Error ? thrown.message : String(thrown)));
  }
}

interface Started {
  readonly stream: Duplex;
  exitCode(): Promise<number>;
  resize(size: { Width?: number; Height?: number }): void;
}

async function start({ container, kind, argv, stdin, tty }: RemoteCommand): Promise<Started> {
  if (kind === 'attach') {
    const stream = await container.attach({ stream: true, hijack: true, stdin, stdout: true, stderr: true });
    return {
      stream: asDuplex(stream),
      exitCode: async () => (await container.inspect()).State.ExitCode,
      resize: ({ Width: w, Height: h }) => void container.resize({ w, h }).catch(() => undefined),
    };
  }
  const exec = await container.exec({
    Cmd: [...argv],
    AttachStdin: stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: tty,
  });
  const stream = await exec.start({ hijack: true, stdin, Tty: tty });
  return {
    stream,
    exitCode: () => exitCodeOf(exec),
    resize: ({ Width: w, Height: h }) => void exec.resize({ w, h }).catch(() => undefined),
  };
}

/** The client's types know less than what it gives. */
function asDuplex(stream: NodeJS.ReadWriteStream): Duplex {
  if (stream instanceof Duplex) return stream;
  throw new Error('the engine gave no two-way stream');
}

async function pass(
  { docker, tty }: RemoteCommand,
  stream: Duplex,
  send: (channel: number, bytes: Buffer) => void,
): Promise<void> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  out.on('data', (bytes: Buffer) => send(STDOUT, bytes));
  err.on('data', (bytes: Buffer) => send(STDERR, bytes));
  if (tty) stream.pipe(out);
  else docker.modem.demuxStream(stream, out, err);
  await new Promise<void>((resolve) => {
    stream.on('end', resolve);
    stream.on('close', resolve);
    stream.on('error', () => resolve());
  });
}

/** The engine notices the end of a process a moment after the end of its output. */
async function exitCodeOf(exec: Exec): Promise<number> {
  for (let attempt = 0; attempt < SETTLE_TRIES; attempt += 1) {
    const { Running: running, ExitCode: code } = await exec.inspect();
    if (!running && typeof code === 'number') return code;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_EVERY_MS));
  }
  throw new Error('the process did not end');
}

function statusOf(code: number, said: string): unknown {
  if (code === 0) return SUCCESS;
  if (EXIT_CODES_NOT_STARTED.includes(code) && NOT_STARTED.test(said)) return internalError(said.trim());
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** A program that cannot be started is an error of the server, without an exit code. */
function internalError(message: string): unknown {
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: error executing command in container: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}
