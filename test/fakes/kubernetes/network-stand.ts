import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import type { Socket } from 'node:net';
import type { DoorName, DoorStand } from '../../sandbox/door-stand.ts';

/** Where guests find it. */
export interface GuestAddress {
  readonly host: string;
  readonly port: number;
}

/** The outside of many guests' network doors at one port, as the gateway service has it. */
export interface NetworkStands extends AsyncDisposable {
  /** Port of this machine that it listens at. */
  readonly port: number;
  /** A guest's own stand; its token opens no other. */
  open(seen: GuestAddress): DoorStand;
}

const HEAD_BYTES_MAX = 4_096;
const HEAD = /^CONNECT (model|egress) HTTP\/1\.1\r\n/;
const TOKEN = /^proxy-authorization: Bearer (\S+)\r$/im;
const [OPENED, REFUSED] = ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'];

/** Listens at a free port (or the given one) on `host`; a guest's first line names the door and carries its token. */
export async function openNetworkStands(host: string, port = 0): Promise<NetworkStands> {
  const guests = new Map<string, Map<DoorName, (socket: Socket) => void>>();
  const connected = new Set<Socket>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    connected.add(socket.on('error', () => undefined).on('close', () => connected.delete(socket)));
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0 && head.length < HEAD_BYTES_MAX) return;
      socket.off('data', onData);
      socket.pause();
      const text = head.subarray(0, end + 2).toString('latin1');
      const handlers = guests.get(TOKEN.exec(text)?.[1] ?? '');
      if (handlers === undefined) return void socket.end(REFUSED);
      const door = HEAD.exec(text)?.[1];
      const handler = door === 'model' || door === 'egress' ? handlers.get(door) : undefined;
      if (handler === undefined) return void socket.destroy();
      socket.write(OPENED);
      socket.unshift(head.subarray(end + 4));
      handler(socket);
      socket.resume();
    };
    socket.on('data', onData);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    open: (seen) => {
      const token = randomUUID();
      const handlers = new Map<DoorName, (socket: Socket) => void>();
      guests.set(token, handlers);
      return {
        doors: { kind: 'network', ...seen, token },
        answer: (door, onConnection) => void handlers.set(door, onConnection),
        [Symbol.asyncDispose]: async () => void guests.delete(token),
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of connected) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
