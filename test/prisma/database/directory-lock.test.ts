import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { lockDirectory } from '../../../prisma/database/directory-lock.ts';
import { openStore } from '../../../prisma/store.ts';
import { aDelivery } from '../../contract/store-subject.ts';

const LOCK = 'astraforge.lock.7';
const HOLD = `
  import { lockDirectory } from ${JSON.stringify(new URL('../../../prisma/database/directory-lock.ts', import.meta.url).href)};
  await lockDirectory(process.argv[1]);
  console.log('locked');
  setInterval(() => undefined, 1_000);
`;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'astraforge-lock-'));
  return () => rm(directory, { recursive: true });
});

async function holdInAnotherProcess(): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', HOLD, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
}

test('a directory held by another process is refused, and free again when that process is killed', async () => {
  const kill = await holdInAnotherProcess();
  await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'conflict' });
  await expect(openStore({ kind: 'pglite', directory })).rejects.toMatchObject({ code: 'conflict' });
  await kill();
  const unlock = await lockDirectory(directory);
  await unlock();
  expect(await readdir(directory)).toEqual([]);
});

test('the same process cannot hold a directory twice, and unlocking frees it', async () => {
  const unlock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'conflict' });
  await unlock();
  await (
    await lockDirectory(directory)
  )();
});

test('a lock whose process id now belongs to somebody else is taken over', async () => {
  await writeFile(path.join(directory, LOCK), `${process.ppid} 1`);
  const unlock = await lockDirectory(directory);
  const [file = '', ...others] = await readdir(directory);
  expect(others).toEqual([]);
  expect(await readFile(path.join(directory, file), 'utf8')).toContain(`${process.pid} `);
  await unlock();
});

test('of many that find a dead lock at once, one gets it', async () => {
  for (let round = 0; round < 50; round += 1) {
    await writeFile(path.join(directory, LOCK), '999999999 1');
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of tries) if (one.status === 'fulfilled') await one.value();
    expect(await readdir(directory)).toEqual([]);
  }
});

test('what was committed is there again after the directory is opened anew', async () => {
  const first = await openStore({ kind: 'pglite', directory });
  const delivery = aDelivery();
  await first.store.inbox.record(delivery);
  await first.store.close();
  const second = await openStore({ kind: 'pglite', directory });
  expect(await second.store.inbox.record(aDelivery({ guid: delivery.guid }))).toBe('repeated');
  await second.store.close();
  await expect(second.store.ping()).rejects.toMatchObject({ code: 'unavailable' });
});
