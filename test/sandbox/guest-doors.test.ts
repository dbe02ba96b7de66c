import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openGuestDoors } from '../../sandbox/guest-doors.ts';

describe('the directory that a guest is shown', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gd-'));
    onTestFinished(() => rm(root, { recursive: true }));
  });

  async function listen(path: string, onConnection: (socket: Socket) => void): Promise<void> {
    const server = createServer(onConnection);
    onTestFinished(() => void server.close());
    await once(server.listen(path), 'listening');
  }

  test('leads to the run’s sockets, made before or after it, and to nothing else of the run', async () => {
    const doors = openGuestDoors(root, 'default');
    const directory = await doors.make();
    const run = join(root, 'run');
    await mkdir(run);
    await writeFile(join(run, 'notes'), 'not for guests');
    await listen(join(run, 'llm.sock'), (socket) => socket.end('model'));
    await doors.lead(directory, run);
    expect(await readdir(directory)).toEqual(['llm.sock']);
    const client = connect(join(directory, 'llm.sock')).setEncoding('utf8');
    expect((await client.toArray()).join('')).toBe('model');
    expect((await stat(directory)).mode & 0o777).toBe(0o711);
    expect((await stat(join(directory, '..'))).mode & 0o777).toBe(0o700);
  });

  test('takes no file and no link for a socket, and no directory that is not there', async () => {
    const doors = openGuestDoors(root, 'default');
    const directory = await doors.make();
    await writeFile(join(root, 'llm.sock'), '');
    await expect(doors.lead(directory, root)).rejects.toMatchObject({ code: 'invalid' });
    await rm(join(root, 'llm.sock'));
    await symlink('/run/docker.sock', join(root, 'llm.sock'));
    await expect(doors.lead(directory, root)).rejects.toMatchObject({ code: 'invalid' });
    await expect(doors.lead(directory, join(root, 'no'))).rejects.toMatchObject({ code: 'invalid' });
    expect(await readdir(directory)).toEqual([]);
  });

  test('is removed alone, and nothing that is none of ours', async () => {
    const [ours, theirs] = [openGuestDoors(root, 'ours'), openGuestDoors(root, 'theirs')];
    const [kept, other, gone] = [await ours.make(), await theirs.make(), await ours.make()];
    for (const path of [gone, other, root, join(root, 'guests')]) await ours.remove(path);
    await ours.remove(gone);
    expect(await readdir(join(root, 'guests', 'ours'))).toEqual([kept.split('/').at(-1)]);
    expect((await stat(other)).isDirectory()).toBe(true);
  });

  test('goes once it is old and no guest shows it', async () => {
    const doors = openGuestDoors(root, 'default');
    const [shown, old, fresh] = [await doors.make(), await doors.make(), await doors.make()];
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const path of [shown, old]) await utimes(path, longAgo, longAgo);
    await doors.removeUnused(new Set([shown]));
    expect((await readdir(join(root, 'guests', 'default'))).toSorted((a, b) => a.localeCompare(b))).toEqual(
      [shown, fresh].map((path) => basename(path)).toSorted((a, b) => a.localeCompare(b)),
    );
  });
});
