import { connect, type Socket } from 'node:net';

/** The service, as the forwarder inside a workspace is told of it. */
export interface TunnelAddress {
  readonly port: number;
  readonly token: string | undefined;
}

/** A connection that asked for a door. */
export interface GuestTunnel {
  readonly socket: Socket;
  /** What the service answered to the CONNECT; 0 when it hung up without an answer. */
  readonly status: number;
  /** Everything that was answered so far, the head included. */
  text(): string;
  /** Resolves when the connection is over. */
  readonly closed: Promise<void>;
}

/** Asks for a door as the forwarder does; `early` is sent in the same packet. Rejects only when nobody listens. */
export function openTunnel({ port, token }: TunnelAddress, door: string, early = ''): Promise<GuestTunnel> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  let text = '';
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const authorization = token === undefined ? '' : `Proxy-Authorization: Bearer ${token}\r\n`;
  socket.write(`CONNECT ${door} HTTP/1.1\r\nHost: ${door}\r\n${authorization}\r\n${early}`);
  return new Promise((resolve, reject) => {
    let connected = false;
    const done = (): void => {
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
      resolve({ socket, status, text: () => text, closed });
    };
    socket.once('connect', () => (connected = true));
    socket.on('error', (error) => (connected ? done() : reject(error)));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) done();
    });
    socket.once('end', () => {
      done();
      socket.end();
    });
    socket.once('close', done);
  });
}

/** Makes one call at the model through a tunnel of its own and gives everything that was answered after the tunnel stood. */
export async function callThroughTunnel(at: TunnelAddress, body: Buffer): Promise<string> {
  const tunnel = await openTunnel(at, 'model');
  if (tunnel.status !== 200) return tunnel.text();
  const head = ['POST /v1/responses HTTP/1.1', 'Host: model', 'Connection: close', `Content-Length: ${body.length}`];
  tunnel.socket.write(`${head.join('\r\n')}\r\n\r\n`);
  tunnel.socket.write(body);
  await tunnel.closed;
  return tunnel.text().slice(tunnel.text().indexOf('\r\n\r\n') + 4);
}
