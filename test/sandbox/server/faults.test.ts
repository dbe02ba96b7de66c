import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as startRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Guest, GuestCommand, GuestExit, GuestSpec, Provisioner } from '#core/ports/provisioner.ts';
import { connectProvisioner } from '../../../sandbox/client.ts';
import { listenSandbox } from '../../../sandbox/server.ts';

const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000_000 };
const PATHS = { workspace: '/workspace', home: '/home', sockets: '/sockets' };

async function makeRoot(): Promise<{ socketPath: string; socketRoot: string; spec: GuestSpec }> {
  const socketRoot = await mkdtemp(join(tmpdir(), 'sf-'));
  onTestFinished(() => rm(socketRoot, { recursive: true }));
  const directory = join(socketRoot, 'run');
  await mkdir(directory);
  const spec: GuestSpec = { labels: { runId: 'r', epoch: 1 }, doors: { kind: 'sockets', directory } };
  return { socketPath: join(socketRoot, 's.sock'), socketRoot, spec };
}

function guestWith(exec: (command: GuestCommand) => Promise<GuestExit>): Guest {
  const nothing = async (): Promise<never> => Promise.reject(new Error('not part of the test'));
  return {
    id: 'g',
    madeFrom: 'a test',
    paths: PATHS,
    exec,
    upload: nothing,
    download: nothing,
    destroy: async () => {},
  };
}

function provisionerWith(guest: Guest, reap: Provisioner['reap'] = async () => 0): Provisioner {
  return { name: 'test', doors: 'sockets', ready: async () => {}, create: async () => guest, reap };
}

/** A sandbox process that hangs up, or stays silent, after saying `said`. */
async function openFaulty(socketPath: string, said: string | null): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    if (said === null) return;
    response.writeHead(200).write(said, () => setImmediate(() => response.socket?.destroy()));
  }).listen(socketPath);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
}

test.each([
  ['after a line', '{"progress":"a"}\n'],
  ['in a line', '{"progress":"a"}\n{"prog'],
])('a connection cut %s while a guest is made or reaped is unavailable', async (_, said) => {
  const { socketPath, spec } = await makeRoot();
  await openFaulty(socketPath, said);
  await expect(connectProvisioner(socketPath).create(spec)).rejects.toMatchObject({ code: 'unavailable' });
  await rm(socketPath);
  await openFaulty(socketPath, said.replaceAll('{"progress":"a"}', '{"runId":"r","epoch":1}'));
  await expect(connectProvisioner(socketPath).reap(async () => true)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a sandbox process that never answers is unavailable after 30 s', async () => {
  const { socketPath, spec } = await makeRoot();
  await openFaulty(socketPath, null);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const creation = connectProvisioner(socketPath)
    .create(spec)
    .catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await creation).toMatchObject({ code: 'unavailable' });
});

test('a guest whose run was reaped is forgotten, and one that lives is not', async () => {
  const { socketPath, socketRoot, spec } = await makeRoot();
  const done: GuestExit = { end: 'exited', exitCode: 0, stdout: new Uint8Array(), stderr: new Uint8Array() };
  const reap: Provisioner['reap'] = async (isLive) => ((await isLive(spec.labels)) ? 0 : 1);
  const provisioner = provisionerWith(
    guestWith(async () => done),
    reap,
  );
  await using _door = await listenSandbox({ provisioner, socketPath, socketRoot });
  const remote = connectProvisioner(socketPath);
  const guest = await remote.create(spec);
  expect(await remote.reap(async () => true)).toBe(0);
  expect((await guest.exec({ argv: ['x'], ...LIMITS })).end).toBe('exited');
  expect(await remote.reap(async () => false)).toBe(1);
  await expect(guest.exec({ argv: ['x'], ...LIMITS })).rejects.toMatchObject({ code: 'missing' });
});

test('a command whose client does not read ends at 64 MiB with output-limit', async () => {
  const { socketPath, socketRoot, spec } = await makeRoot();
  let sent = 0;
  let stopped = (): void => undefined;
  const isStopped = new Promise<void>((resolve) => (stopped = resolve));
  const exec = async (command: GuestCommand): Promise<GuestExit> => {
    for (const chunk = Buffer.alloc(4_096); command.signal?.aborted === false && sent < 2 ** 28; sent += 4_096)
      command.onStdout?.(chunk);
    stopped();
    return { end: 'aborted', exitCode: null, stdout: new Uint8Array(), stderr: new Uint8Array() };
  };
  await using _door = await listenSandbox({ provisioner: provisionerWith(guestWith(exec)), socketPath, socketRoot });
  await connectProvisioner(socketPath).create(spec);
  const asked = startRequest({ socketPath, method: 'POST', path: '/guests/g/execs', agent: false });
  const execId = '00000000-0000-4000-8000-000000000000';
  asked.end(`${JSON.stringify({ execId, argv: ['x'], ...LIMITS, hasStdin: false })}\n`);
  const [answer]: IncomingMessage[] = await once(asked, 'response');
  await isStopped;
  expect(sent).toBeLessThanOrEqual(65 * 2 ** 20);
  let last = '';
  for await (const chunk of answer ?? []) last = `${last}${String(chunk)}`.slice(-100);
  expect(last).toContain('"end":"output-limit"');
});
