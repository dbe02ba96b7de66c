import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorBody, NOT_ALLOWED, type Exchange } from './answer-error.ts';

/** What a door listens on and how many connections it takes at once. */
export interface DoorAddress {
  readonly at: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly connectionsMax: number;
}

/** An open HTTP door. */
export interface HttpDoor {
  /** TCP port, null on a socket. */
  readonly port: number | null;
  /** Stops listening and cuts all connections; a socket file is removed. */
  close(): Promise<void>;
}

/** What a door does with its exchanges. */
export interface DoorHandlers {
  handle(exchange: Exchange): void;
  /** A CONNECT, which is never an exchange, was answered 403. */
  refused(): void;
}

/** Codex sends a few kilobytes of headers; a guest has no reason for more. */
const HEADER_BYTES_MAX = 32 * 1024;
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 60_000;

/** Opens an HTTP/1.1 server with bounded headers, times and connections. Rejects with the system's error. */
export async function openHttpDoor(address: DoorAddress, handlers: DoorHandlers): Promise<HttpDoor> {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.maxConnections = address.connectionsMax;
  server.on('request', (request, response) => handlers.handle({ request, response }));
  server.on('connect', (_request, socket) => {
    handlers.refused();
    socket.on('error', () => socket.destroy());
    const body = errorBody(NOT_ALLOWED).toString();
    const head = 'HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\n';
    socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
  await listen(server, address.at);
  return { port: tcpPort(server.address()), close: () => close(server) };
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

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
