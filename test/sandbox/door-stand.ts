import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import net from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { GuestDoors } from '#core/ports/provisioner.ts';

/** Name of a guest's way out. */
export type DoorName = 'model' | 'egress';

/** What stands outside of a guest's two doors, as the gateway does. Disposing cuts what is connected. */
export interface DoorStand extends AsyncDisposable {
  readonly doors: GuestDoors;
  /** From now on connections through this door come here; before, they are cut. */
  answer(door: DoorName, onConnection: (socket: Socket) => void): void;
}

const SOCKET_NAMES: Readonly<Record<DoorName, string>> = { model: 'llm.sock', egress: 'egress.sock' };
/** A guest is another user. */
const [ENTERED_BY_ALL, USED_BY_ALL] = [0o711, 0o666];

/** Stands at two sockets in a new directory below `parent`. */
export async function standAtSockets(parent: string): Promise<DoorStand> {
  const directory = await mkdtemp(join(parent, 'd-'));
  await chmod(directory, ENTERED_BY_ALL);
  const handlers = new Map<DoorName, (socket: Socket) => void>();
  const connected = new Set<Socket>();
  const listen = async (door: DoorName): Promise<net.Server> => {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      connected.add(socket.on('error', () => undefined).on('close', () => connected.delete(socket)));
      const handler = handlers.get(door);
      if (handler === undefined) socket.destroy();
      else handler(socket);
    });
    const path = join(directory, SOCKET_NAMES[door]);
    await once(server.listen(path), 'listening');
    await chmod(path, USED_BY_ALL);
    return server;
  };
  const servers = [await listen('model'), await listen('egress')];
  return {
    doors: { kind: 'sockets', directory },
    answer: (door, onConnection) => void handlers.set(door, onConnection),
    [Symbol.asyncDispose]: async () => {
      for (const socket of connected) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
