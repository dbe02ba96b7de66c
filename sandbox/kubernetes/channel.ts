import { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Exec } from '@kubernetes/client-node';
import { AppError } from '#core/domain/errors.ts';
import type { PodsApi } from './api.ts';
import { CONTAINER_NAME } from './pod.ts';
import { endOfEnvironment, imageVariables } from './scripts.ts';

/** Milliseconds a pod has to take the connection. */
const CONNECT_TIMEOUT_MS = 15_000;
/** Milliseconds between two pings; anything between here and the node drops a connection that is silent for a minute. */
const PING_EVERY_MS = 20_000;
/** Bytes of one message; as kubectl sends them. */
const MESSAGE_BYTES_MAX = 32 * 1024;
/** An image's environment is not longer than this, and is there before the daemon. */
const ENVIRONMENT_BYTES_MAX = 128 * 1024;
const ENVIRONMENT_TIMEOUT_MS = 10_000;
/** Bytes of what the program complained about, for the log. */
const COMPLAINT_BYTES_MAX = 4_096;

/** First byte of every message (Kubernetes `remotecommand` protocol, v4 and v5 alike). */
const [STDIN, STDOUT, STDERR, STATUS] = [0, 1, 2, 3];

type WebSocket = Awaited<ReturnType<Exec['exec']>>;

/** A program in a pod, over one WebSocket. */
export interface PodChannel {
  readonly input: Writable;
  readonly output: Readable;
  /** What its image sets for programs; nothing when it does not say so in time. */
  readonly imageEnvironment: Promise<Readonly<Record<string, string>>>;
  /** What it wrote to stderr last, and how it ended; for the log. */
  complaint(): string;
  close(): void;
}

/**
 * Starts a program in a pod. Its stdin is never ended: before Kubernetes 1.30 the protocol (v4) cannot say that without
 * cutting off the output as well. Pings keep the connection; two without an answer end it. Throws AppError `missing` when
 * the pod does not run, `denied` when this account may not, else `unavailable`.
 */
export async function openPodChannel(api: PodsApi, pod: string, argv: readonly string[]): Promise<PodChannel> {
  const stderr = createStderr();
  let ended = false;
  let socket: WebSocket | undefined;
  const output = new Readable({ read: () => socket?.resume() });
  const end = (): void => {
    if (!ended) output.push(null);
    ended = true;
  };
  const onMessage = (channel: number, bytes: Buffer): boolean => {
    if (channel === STDOUT && !ended && !output.push(bytes)) socket?.pause();
    if (channel === STDERR || channel === STATUS) stderr.take(bytes);
    if (channel === STATUS) end();
    return channel !== STATUS;
  };
  socket = await connect(api, pod, [argv, onMessage]);
  const live = keepAlive(socket);
  socket.addEventListener('close', () => {
    live();
    end();
  });
  const open = socket;
  return {
    output,
    input: inputOf(open),
    imageEnvironment: Promise.race([stderr.environment, delay(ENVIRONMENT_TIMEOUT_MS, {}, { ref: false })]),
    complaint: stderr.tail,
    close: () => open.terminate(),
  };
}

type OnMessage = (channel: number, bytes: Buffer) => boolean;

async function connect(
  api: PodsApi,
  pod: string,
  [argv, onMessage]: readonly [readonly string[], OnMessage],
): Promise<WebSocket> {
  const query = new URLSearchParams({ container: CONTAINER_NAME, stdin: 'true', stdout: 'true', stderr: 'true' });
  for (const word of argv) query.append('command', word);
  const path = `/api/v1/namespaces/${api.namespace}/pods/${pod}/exec?${query.toString()}`;
  const opening = api.connect(path, null, onMessage);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`)), CONNECT_TIMEOUT_MS);
  });
  try {
    return await Promise.race([opening, late]);
  } catch (cause) {
    opening.then(
      (socket) => socket.terminate(),
      () => undefined,
    );
    throw await whyRefused(api, pod, cause);
  } finally {
    clearTimeout(timer);
  }
}

/** A refused WebSocket says no more than a status line, so the API is asked. */
async function whyRefused(api: PodsApi, name: string, cause: unknown): Promise<AppError> {
  const action = 'open a workspace';
  const pod = await api.read(name).catch(() => undefined);
  if (pod?.status?.phase !== 'Running') return new AppError('missing', `${action}: its pod does not run`, { cause });
  const asked = ['get', 'create'].map((verb) => api.may(verb, 'pods', 'exec').catch(() => true));
  if ((await Promise.all(asked)).includes(false))
    return new AppError('denied', `${action}: the service account needs get and create on pods/exec`, { cause });
  return new AppError('unavailable', `${action}: the cluster did not connect to its node`, { cause });
}

function inputOf(socket: WebSocket): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (socket.readyState !== socket.OPEN) return done(new Error('the connection to the pod is closed'));
      let sent = 0;
      for (let at = 0; at < chunk.length; at += MESSAGE_BYTES_MAX) {
        const part = chunk.subarray(at, at + MESSAGE_BYTES_MAX);
        sent += part.length;
        const message = Buffer.concat([Buffer.of(STDIN), part]);
        socket.send(message, sent === chunk.length ? (error) => done(error) : undefined);
      }
      if (chunk.length === 0) done();
    },
  });
}

/** Returns what stops it. */
function keepAlive(socket: WebSocket): () => void {
  let unanswered = 0;
  socket.on('pong', () => (unanswered = 0));
  const timer = setInterval(() => {
    unanswered += 1;
    if (unanswered > 2) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The environment comes first; of what follows the tail is kept. */
function createStderr() {
  let resolve: (found: Readonly<Record<string, string>>) => void = () => undefined;
  const environment = new Promise<Readonly<Record<string, string>>>((settle) => (resolve = settle));
  let kept = Buffer.alloc(0);
  let isEnvironment = true;
  return {
    environment,
    take: (bytes: Buffer): void => {
      kept = Buffer.concat([kept, bytes]);
      const end = isEnvironment ? endOfEnvironment(kept) : -1;
      if (end !== -1) {
        isEnvironment = false;
        resolve(imageVariables(kept.subarray(0, end)));
        kept = kept.subarray(end);
      }
      const bytesMax = isEnvironment ? ENVIRONMENT_BYTES_MAX : COMPLAINT_BYTES_MAX;
      kept = kept.subarray(Math.max(0, kept.length - bytesMax));
    },
    tail: (): string => kept.toString('utf8'),
  };
}
