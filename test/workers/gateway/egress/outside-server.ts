import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { makeCertificate, type Certificate } from './certificate.ts';

/** A server outside, on a free port of loopback, until the end of the test. */
export interface OutsideServer {
  readonly port: number;
  /** Connections it has accepted. */
  connections(): number;
  /** Bytes that have come in. */
  received(): Buffer;
}

/** Starts a plain server. */
export async function startOutside(onConnection: (socket: Socket) => void): Promise<OutsideServer> {
  return watch(createServer({ allowHalfOpen: true }, onConnection));
}

/** Starts a TLS server, with a certificate for `hosts`, that says `hello from <server name>` and then repeats what it hears. */
export async function startTlsOutside(hosts: readonly string[]): Promise<OutsideServer & Certificate> {
  const certificate = await makeCertificate(hosts);
  const server = createTlsServer({ ...certificate, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.write(`hello from ${String(socket.servername)}\n`);
    socket.pipe(socket);
  });
  server.on('tlsClientError', () => undefined);
  return { ...certificate, ...(await watch(server)) };
}

/** A TLS session inside a tunnel, once it stands. Rejects with the alert or the reset that came instead. */
export async function secure(tunnel: Socket, servername: string, { cert }: Certificate): Promise<TLSSocket> {
  const session = connect({ socket: tunnel, servername, ca: cert });
  await once(session, 'secureConnect');
  session.on('error', () => undefined);
  return session;
}

async function watch(server: Server): Promise<OutsideServer> {
  let connections = 0;
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, connections: () => connections, received: () => Buffer.concat(chunks) };
}
