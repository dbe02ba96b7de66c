import { chmod } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { CONNECTIONS_MAX } from './run-door.ts';
import { SOCKET_NAMES, type SocketDirectory } from './socket-directory.ts';

/** Something that listens. */
export interface Listening {
  /** Stops listening and cuts what came in. */
  close(): Promise<void>;
}

/** A run's two sockets in a directory of their own. */
export interface SocketPair extends Listening {
  readonly directory: string;
}

/** What listens at each of the two paths. */
export type Listeners = Readonly<Record<keyof typeof SOCKET_NAMES, (path: string) => Promise<Listening>>>;

/**
 * Opens `llm.sock` and `egress.sock` for a run; closing removes them with their directory. A guest runs as a user of its
 * own and is shown the directory alone, so the sockets are open to everyone who can reach them. Rejects with the system's error.
 */
export async function openSocketPair(
  sockets: SocketDirectory,
  runId: string,
  listeners: Listeners,
): Promise<SocketPair> {
  const directory = await sockets.claim(runId);
  const open: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((one) => one.close()));
    await sockets.release(directory);
  };
  try {
    for (const door of ['model', 'egress'] as const) {
      const path = join(directory, SOCKET_NAMES[door]);
      open.push(await listeners[door](path));
      await chmod(path, 0o666);
    }
    return { directory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Listens at a path and hands every connection on as it is; both directions of one end on their own. */
export async function listenForConnections(path: string, take: (socket: Socket) => void): Promise<Listening> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
    take(socket);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
