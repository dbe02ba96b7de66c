import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGateway } from '../../../../workers/gateway/model/llm-proxy.ts';
import { callDoor } from '../guest-call.ts';
import { generousTerms, openGateway, recordLog } from '../open-gateway.ts';

const upstream = { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'k' };

async function mode(path: string): Promise<string> {
  return ((await lstat(path)).mode & 0o777).toString(8);
}

test('only we can reach the doors on the host; a guest that is shown one directory can use its socket', async () => {
  await using open = await openGateway();
  expect(await mode(join(open.directory, 'doors'))).toBe('700');
  expect(await mode(open.door.doors.directory)).toBe('711');
  for (const name of ['llm.sock', 'egress.sock']) {
    expect(await mode(join(open.door.doors.directory, name))).toBe('666');
  }
});

test('a closed door leaves neither socket nor directory and can be closed again', async () => {
  await using open = await openGateway();
  await open.door[Symbol.asyncDispose]();
  await open.door[Symbol.asyncDispose]();
  expect(await readdir(join(open.directory, 'doors'))).toEqual([]);
  await expect(callDoor(open.at)).rejects.toThrow(/ENOENT/);
});

test('a closed gateway closes the doors still open', async () => {
  await using open = await openGateway();
  await open.gateway.open({ runId: open.runId, epoch: 2 }, generousTerms());
  await open.gateway[Symbol.asyncDispose]();
  expect(await readdir(join(open.directory, 'doors'))).toEqual([]);
});

test('two claims of one run get doors of their own', async () => {
  await using open = await openGateway();
  const again = await open.gateway.open({ runId: open.runId, epoch: 2 }, generousTerms());
  expect(again.doors.directory).not.toBe(open.door.doors.directory);
});

test('a directory whose sockets would have too long a path stops the start and says by how much', async () => {
  const directory = join(tmpdir(), 'x'.repeat(100));
  const excess = directory.length + 34 - 107;
  await expect(createGateway({ upstream, directory, logger: recordLog() })).rejects.toMatchObject({
    code: 'invalid',
    message: `The directory for sockets must have a path ${excess} bytes shorter: ${directory}`,
  });
  expect(existsSync(directory)).toBe(false);
});

test('the longest directory that is let in has a working socket', async () => {
  const base = await mkdtemp(join(tmpdir(), 'gw-'));
  const directory = join(base, 'y'.repeat(107 - 34 - base.length - 1));
  await using gateway = await createGateway({ upstream, directory, logger: recordLog() });
  const door = await gateway.open({ runId: '0a1b2c3d-0000-4000-8000-000000000000', epoch: 1 }, generousTerms());
  const paths = ['llm.sock', 'egress.sock'].map((name) => join(door.doors.directory, name));
  expect(Math.max(...paths.map((path) => Buffer.byteLength(path)))).toBe(107);
  for (const socketPath of paths) expect((await callDoor({ socketPath }, { path: '/' })).status).toBe(403);
  await rm(base, { recursive: true, force: true });
});

test('a planted link in place of the directory stops the start', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'gw-'));
  await symlink(tmpdir(), join(directory, 'doors'));
  await expect(createGateway({ upstream, directory, logger: recordLog() })).rejects.toMatchObject({ code: 'denied' });
  await rm(directory, { recursive: true, force: true });
});

test('a new gateway removes what a killed process left and keeps what a living one uses', async () => {
  await using open = await openGateway();
  const { doors, starting } = await leaveDead(open.directory);
  const second = await createGateway({ upstream, directory: open.directory, logger: recordLog() });
  const left = (await readdir(doors)).map((name) => join(doors, name));
  expect(new Set(left)).toEqual(new Set([open.door.doors.directory, starting]));
  await second[Symbol.asyncDispose]();
  expect(await mode(doors)).toBe('700');
});

test('sweeping removes what a killed process left meanwhile and touches no door that is open', async () => {
  await using open = await openGateway();
  await using neighbour = await createGateway({ upstream, directory: open.directory, logger: recordLog() });
  const other = await neighbour.open({ runId: 'neighbour', epoch: 1 }, generousTerms());
  const { doors, starting } = await leaveDead(open.directory);
  expect(await open.gateway.sweep()).toBe(2);
  const left = (await readdir(doors)).map((name) => join(doors, name));
  expect(new Set(left)).toEqual(new Set([open.door.doors.directory, other.doors.directory, starting]));
  expect(await open.gateway.sweep()).toBe(0);
  expect((await callDoor(open.at, { path: '/' })).status).toBe(403);
});

/** Leaves the directory of a killed process, an abandoned one, and one that was made just now. */
async function leaveDead(directory: string): Promise<{ doors: string; starting: string }> {
  const doors = join(directory, 'doors');
  const [killed = '', abandoned = '', starting = ''] = ['killed-aaaaaa', 'abandon-bbbbbb', 'starting-cccccc'].map(
    (name) => join(doors, name),
  );
  for (const path of [killed, abandoned, starting]) await mkdir(path);
  const script = `require('net').createServer().listen(process.argv[1], () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script, `${killed}/llm.sock`], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await utimes(abandoned, 0, 0);
  await chmod(doors, 0o755);
  return { doors, starting };
}
