import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorBody, type Exchange, type ProxyError } from '../model/answer-error.ts';

/** What a door listens on and how many connections it takes at once. */
export interface DoorAddress {
  readonly at: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly connectionsMax: number;
}

/** An open HTTP door. */
export interface HttpDoor {
  /** TCP port, null on a socket. */
  readonly port: number | null;
  /** Serves a connection as if it had come in here. */
  adopt(socket: Duplex): void;
  /** Stops listening and cuts all connections; a socket file is removed. */
  close(): Promise<void>;
}

/** A CONNECT: what was asked, the bare connection, and what the caller said already without waiting for the answer. */
export interface TunnelRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What a door does with what comes. */
export interface DoorHandlers {
  handle(exchange: Exchange): void;
  /** Errors of the connection are taken care of. */
  tunnel(asked: TunnelRequest): void;
  /** A connection was accepted or adopted. */
  connected?(socket: Duplex): void;
}

/** Codex sends a few kilobytes of headers; a guest has no reason for more. */
const HEADER_BYTES_MAX = 32 * 1024;
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 60_000;
/** A caller that was refused has this long to read why and hang up. */
const LINGER_MS = 2_000;

/** Opens an HTTP/1.1 server with bounded headers, times and connections. Rejects with the system's error. */
export async function openHttpDoor(address: DoorAddress, handlers: DoorHandlers): Promise<HttpDoor> {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.maxConnections = address.connectionsMax;
  const open = new Set<Duplex>();
  server.on('request', (request, response) => handlers.handle({ request, response }));
  server.on('connection', (socket) => {
    if (!open.has(socket)) socket.once('close', () => open.delete(socket));
    open.add(socket);
    handlers.connected?.(socket);
  });
  server.on('connect', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    handlers.tunnel({ request, socket, head });
  });
  await listen(server, address.at);
  return {
    port: tcpPort(server.address()),
    adopt: (socket) => void server.emit('connection', socket),
    close: () => close(server, open),
  };
}

/** An answer to somebody who wanted a tunnel, in the same shape as other errors of the proxy. */
export interface TunnelRefusal extends Pick<ProxyError, 'code' | 'message'> {
  readonly status: number;
}

/** Answers a bare connection, asked or not, with an HTTP error and ends it. */
export function refuseTunnel(socket: Duplex, { status, code, message }: TunnelRefusal): void {
  const body = errorBody({ code, message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    'Connection: close',
    ...(status === 407 ? ['Proxy-Authenticate: Bearer'] : []),
    `Content-Length: ${body.length}`,
  ];
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer)).resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body.toString()}`);
}

function listen(server: Server, at: DoorAddress['at']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function tcpPort(address: string | AddressInfo | null): number | null {
  return address === null || typeof address === 'string' ? null : address.port;
}

function close(server: Server, open: ReadonlySet<Duplex>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroy();
  });
}
