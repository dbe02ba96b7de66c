import { stat, symlink } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Guest, GuestSpec, Provisioner } from '#core/ports/provisioner.ts';
import { connectProvisioner, connectSandbox } from '../../sandbox/client.ts';
import { listenSandbox } from '../../sandbox/server.ts';
import { eventually } from '../contract/eventually.ts';
import { describeWith } from '../services/describe-with.ts';
import { openLocal } from './open-subject.ts';

const LIMITS = { timeoutMs: 20_000, outputBytesMax: 1_000_000 };

describeWith(['confinement', 'codex'], 'the sandbox process', () => {
  let local: Awaited<ReturnType<typeof openLocal>>;
  let socketRoot: string;
  let socketPath: string;
  let remote: Provisioner;
  beforeAll(async () => {
    local = await openLocal();
    socketRoot = local.sockets;
    socketPath = join(local.root, 'api.sock');
    const door = await listenSandbox({ provisioner: local.provisioner, socketPath, socketRoot });
    remote = connectProvisioner(socketPath);
    return () => door[Symbol.asyncDispose]();
  });
  afterAll(() => local[Symbol.asyncDispose]());

  async function makeGuest(more: Partial<GuestSpec> = {}): Promise<Guest> {
    const stand = await local.openDoors();
    onTestFinished(() => stand[Symbol.asyncDispose]());
    const guest = await remote.create({ labels: { runId: 'run_1', epoch: 1 }, doors: stand.doors, ...more });
    onTestFinished(() => guest.destroy());
    return guest;
  }

  test('only its own user can connect', async () => {
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
  });

  test('it says with what it works once it was asked', async () => {
    const workspaces = connectSandbox({ SANDBOX_SOCKET: socketPath });
    expect(workspaces.provisioner).toBe('sandbox');
    await workspaces.ready();
    expect([workspaces.provisioner, workspaces.doors]).toEqual(['local', 'sockets']);
  });

  test('no other directory of the host can be shown to a guest, neither by name nor through a link', async () => {
    const link = join(socketRoot, 'link');
    await symlink('/etc', link);
    for (const directory of ['/etc', socketRoot, link, `${socketRoot}/../guests`, `${socketRoot}-not`]) {
      await expect(makeGuest({ doors: { kind: 'sockets', directory } }), directory).rejects.toMatchObject({
        code: 'denied',
      });
    }
  });

  test('the command of a client that goes away is killed', async () => {
    const guest = await makeGuest();
    const path = `/guests/${encodeURIComponent(guest.id)}/execs`;
    const lost = request({ socketPath, path, method: 'POST' }).on('error', () => undefined);
    const script = 'while :; do echo beat >>/workspace/beat; sleep 0.02; done';
    const execId = '00000000-0000-4000-8000-000000000000';
    lost.end(`${JSON.stringify({ execId, argv: ['sh', '-c', script], ...LIMITS, hasStdin: false })}\n`);
    const beat = async (): Promise<string> => {
      const exit = await guest.exec({ argv: ['sh', '-c', 'cat /workspace/beat || true'], ...LIMITS });
      return Buffer.from(exit.stdout).toString();
    };
    await eventually(async () => (await beat()) !== '');
    lost.destroy();
    const silent = eventually(async () => {
      const before = await beat();
      await wait(200);
      return before !== '' && (await beat()) === before;
    });
    expect(await silent).toBe(true);
  });

  test('a request that is not understood is invalid, and a guest that it never made is missing', async () => {
    const guest = await makeGuest();
    const exec = guest.exec({ argv: ['env'], env: { 'NOT A NAME': 'x' }, ...LIMITS });
    await expect(exec).rejects.toMatchObject({ code: 'invalid' });
    await expect(makeGuest({ labels: { runId: '', epoch: 1 } })).rejects.toMatchObject({ code: 'invalid' });
    await guest.destroy();
    await expect(guest.exec({ argv: ['true'], ...LIMITS })).rejects.toMatchObject({ code: 'missing' });
    await expect(guest.destroy()).resolves.toBeUndefined();
  });

  test('while it is away every call is unavailable', async () => {
    const nobody = connectProvisioner(`${socketPath}.not`);
    const doors = { kind: 'sockets', directory: socketRoot } as const;
    const spec = { labels: { runId: 'run_1', epoch: 1 }, doors };
    await expect(nobody.ready()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(nobody.create(spec)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(nobody.reap(async () => false)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('closing it ends running commands instead of waiting for them', async () => {
    const own = `${socketPath}.2`;
    const door = await listenSandbox({ provisioner: local.provisioner, socketPath: own, socketRoot });
    await using stand = await local.openDoors();
    const guest = await connectProvisioner(own).create({ labels: { runId: 'run_2', epoch: 1 }, doors: stand.doors });
    let up = false;
    const running = guest.exec({
      argv: ['sh', '-c', 'echo up; sleep 60'],
      ...LIMITS,
      onStdout: () => void (up = true),
    });
    const ended = running.then(({ end }) => end);
    await eventually(async () => up);
    await door[Symbol.asyncDispose]();
    expect(await ended).toBe('aborted');
    expect(await local.provisioner.reap(async ({ runId }) => runId !== 'run_2')).toBe(1);
  });
});
