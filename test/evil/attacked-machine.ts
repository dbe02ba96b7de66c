import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import type { Targets } from './evil-case.ts';

const CONNECT_TIMEOUT_MS = 2_000;

/** A real server on every address of this machine, and a file that nobody but an attacker would make. */
export async function openAttackedMachine(): Promise<Targets & AsyncDisposable> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).end('reached\n'));
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the attacked server has no port');
  const hostFile = path.join(tmpdir(), `astraforge-evil-${randomUUID()}`);
  return {
    servers: ownAddresses().map((host) => `${host}:${address.port}`),
    hostFile,
    [Symbol.asyncDispose]: async () => {
      rmSync(hostFile, { force: true });
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Every IPv4 address at which this machine answers, loopback included. */
function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return found.filter(({ family }) => family === 'IPv4').map((one) => one.address);
}

/** Whether a connection to `host:port` stands within two seconds, asked from outside any workspace. */
export function answers(server: string): Promise<boolean> {
  const [host = '', port = ''] = server.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: CONNECT_TIMEOUT_MS });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
