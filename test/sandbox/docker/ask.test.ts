import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { expect, onTestFinished, test, vi } from 'vitest';
import { reapContainers } from '../../../sandbox/docker/reap.ts';
import { removeContainer } from '../../../sandbox/docker/remove.ts';
import { openGuestDoors } from '../../../sandbox/guest-doors.ts';

/** An engine that says what a test wants, or nothing. */
async function openEngine(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{
  readonly docker: Docker;
  readonly root: string;
}> {
  const root = await mkdtemp(join(tmpdir(), 'ea-'));
  const server = createServer(answer).listen(join(root, 'engine.sock'));
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(root, { recursive: true });
  });
  return { docker: new Docker({ socketPath: join(root, 'engine.sock') }), root };
}

test('an engine that takes a removal and never answers is unavailable within 25 s, and its connection is freed', async () => {
  let isAsked = (): void => undefined;
  let isFreed = (): void => undefined;
  const asked = new Promise<void>((resolve) => (isAsked = resolve));
  const freed = new Promise<void>((resolve) => (isFreed = resolve));
  const { docker } = await openEngine((request) => {
    request.socket.on('close', isFreed);
    isAsked();
  });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const removal = removeContainer(docker.getContainer('abc')).catch((thrown: unknown) => thrown);
  await asked;
  await vi.advanceTimersByTimeAsync(25_000);
  expect(await removal).toMatchObject({ code: 'unavailable' });
  await freed;
});

test('a container that cannot be removed keeps no other from it, and the error says how many are left', async () => {
  const names = ['a', 'b', 'c'];
  const removed: string[] = [];
  const listed = names.map((Id) => ({
    Id,
    Names: [],
    Labels: { 'astraforge.managed': 'true', 'astraforge.run': Id, 'astraforge.epoch': '1' },
    Mounts: [],
  }));
  const { docker, root } = await openEngine((request, response) => {
    if (request.method === 'GET') return void response.end(JSON.stringify(listed));
    const id = /containers\/(\w)\?/.exec(request.url ?? '')?.[1] ?? '';
    if (id !== 'b') removed.push(id);
    response.writeHead(id === 'b' ? 500 : 204).end();
  });
  const reaping = reapContainers({ docker, instance: 'i', doors: openGuestDoors(root, 'i') }, async () => false);
  await expect(reaping).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('1 of 3') });
  expect(removed.toSorted()).toEqual(['a', 'c']);
});
