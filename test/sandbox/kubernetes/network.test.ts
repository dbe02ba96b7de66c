import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Guest } from '#core/ports/provisioner.ts';
import { requireClosedNetwork } from '../../../sandbox/kubernetes/network.ts';

const WAIT_MS = 1_500;

/** A guest with nothing around it: its commands run on this machine. */
const unconfined: Pick<Guest, 'exec'> = {
  exec: async ({ argv: [program = '', ...args] }) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    return { end: 'exited', exitCode: child.exitCode, stdout: Buffer.concat(chunks), stderr: new Uint8Array() };
  },
};

let server: Server;
let port = 0;
beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => undefined).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  ({ port } = address);
});
afterEach(() => void server.close());

test('a workspace that reaches the API of its cluster is refused with what to do', async () => {
  await expect(requireClosedNetwork(unconfined, { host: '127.0.0.1', port }, WAIT_MS)).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining('enforces NetworkPolicy'),
  });
});

test('a policy may come a moment after its pod', async () => {
  setTimeout(() => server.close(), WAIT_MS / 3);
  await expect(requireClosedNetwork(unconfined, { host: 'localhost', port }, WAIT_MS * 10)).resolves.toBeUndefined();
});

test('a probe that says nothing proves nothing', async () => {
  const mute: Pick<Guest, 'exec'> = {
    exec: async () => ({ end: 'exited', exitCode: 127, stdout: new Uint8Array(), stderr: new Uint8Array() }),
  };
  await expect(requireClosedNetwork(mute, { host: '127.0.0.1', port }, WAIT_MS)).rejects.toMatchObject({
    code: 'unavailable',
  });
});
