import { once } from 'node:events';
import { rm, mkdtemp } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openEgressDoor, type EgressDoor, type EgressOptions } from '../../../../workers/gateway/egress/egress.ts';

/** A door on a real Unix socket, and what it did. */
export interface EgressScene {
  readonly door: EgressDoor;
  /** Refusals as the run log would get them. */
  readonly refused: string[];
  /** Names that were looked up, in order. */
  readonly lookedUp: string[];
  /** `address:port` of every connection that was begun, in order. */
  readonly connected: string[];
  /** Every record of the log, as a line of JSON. */
  readonly logged: string[];
  /** A new connection to the door. */
  dial(): Promise<Socket>;
  /** Sends a request and reads everything that is answered until the end. */
  ask(request: string | Buffer): Promise<string>;
  /** CONNECT that has to be granted; the socket inside the tunnel. */
  tunnel(target: string): Promise<Socket>;
}

/** tcpmux, which nobody runs. */
const CLOSED_PORT = 1;

/** How a scene differs from one that allows nothing and knows no name. */
export interface EgressSceneOptions extends Omit<
  Partial<EgressOptions>,
  'connect' | 'onRefused' | 'logger' | 'resolve'
> {
  /** Addresses by name, or by name in turn when there are several answers. */
  readonly names?: Readonly<Record<string, readonly string[]>> | ((host: string) => Promise<readonly string[]>);
  /** Port of loopback that is behind every address, so that nothing leaves the machine; one that is closed when absent. */
  readonly serverPort?: number;
}

/** Opens a door whose outside world is on loopback. Everything is gone at the end of the test. */
export async function openEgressScene(options: EgressSceneOptions = {}): Promise<EgressScene> {
  const { names = {}, serverPort = CLOSED_PORT, ...rest } = options;
  const refused: string[] = [];
  const lookedUp: string[] = [];
  const connected: string[] = [];
  const logged: string[] = [];
  const keep = (fields: object, message: string): void => void logged.push(JSON.stringify({ message, ...fields }));
  const door = openEgressDoor({
    hosts: [],
    ...rest,
    logger: { debug: keep, info: keep, warn: keep, error: keep },
    onRefused: (what) => void refused.push(what),
    resolve: async (host) => {
      lookedUp.push(host);
      return typeof names === 'function' ? names(host) : (names[host] ?? []);
    },
    connect: (address, port) => {
      connected.push(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
      return connect({ host: '127.0.0.1', port: serverPort, allowHalfOpen: true });
    },
  });
  const path = await listen(door);
  const dial = (): Promise<Socket> => dialSocket(path);
  const ask = async (request: string | Buffer): Promise<string> => {
    const socket = await dial();
    socket.end(request);
    return readToEnd(socket);
  };
  const tunnel = async (target: string): Promise<Socket> => {
    const socket = await dial();
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    if (!String(answer).startsWith('HTTP/1.1 200 ')) throw new Error(`not granted: ${String(answer)}`);
    return socket;
  };
  return { door, refused, lookedUp, connected, logged, dial, ask, tunnel };
}

/** All that comes until the end or a reset. */
export async function readToEnd(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  await gone(socket);
  return Buffer.concat(parts).toString('latin1');
}

/** Resolves when a socket is closed, by an end or a reset alike. */
export function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve()).resume();
  });
}

/** The whole head of a CONNECT. */
export function connectHead(target: string): string {
  return `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;
}

async function listen(door: EgressDoor): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'eg-'));
  const path = join(directory, 'egress.sock');
  const server = createServer({ allowHalfOpen: true }, (socket) => door.accept(socket));
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(async () => {
    await door.close();
    server.close();
    await rm(directory, { recursive: true, force: true });
  });
  return path;
}

async function dialSocket(path: string): Promise<Socket> {
  const socket = connect({ path });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}
