import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createExclusive } from '../../../workers/git/exclusive.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'exclusive-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

it('lets one in at a time, within a process in order and across processes', async () => {
  const path = join(directory, 'lock');
  const [here, there] = [createExclusive(), createExclusive()];
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  const work = (turn: number) => async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await delay(5);
    if (turn < 10) order.push(turn);
    inside -= 1;
  };
  await Promise.all([1, 2, 3, 4].flatMap((turn) => [here(path, work(turn)), there(path, work(turn + 10))]));
  expect(most).toBe(1);
  expect(order).toEqual([1, 2, 3, 4]);
  expect(existsSync(path)).toBe(false);
});

it('keeps the order of a process even when a later one asks at a luckier moment', async () => {
  const exclusive = createExclusive();
  const path = join(directory, 'lock');
  const order: string[] = [];
  const first = exclusive(path, () => delay(40));
  const second = exclusive(path, () => Promise.resolve(order.push('second')));
  await delay(20);
  const third = exclusive(path, () => Promise.resolve(order.push('third')));
  await Promise.all([first, second, third]);
  expect(order).toEqual(['second', 'third']);
});

it('keeps different paths apart', async () => {
  const exclusive = createExclusive();
  const inner = (): Promise<string> => exclusive(join(directory, 'b'), () => Promise.resolve('inside'));
  expect(await exclusive(join(directory, 'a'), inner)).toBe('inside');
});

it('lets the next one in after a failure, and hands the failure on', async () => {
  const exclusive = createExclusive();
  const path = join(directory, 'lock');
  await expect(exclusive(path, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  expect(await exclusive(path, () => Promise.resolve('next'))).toBe('next');
});

it('takes over from a holder that is dead, not from one that lives', async () => {
  const path = join(directory, 'lock');
  writeFileSync(path, '');
  let entered = false;
  const turn = createExclusive()(path, () => Promise.resolve((entered = true)));
  await delay(150);
  expect(entered).toBe(false);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  expect(await turn).toBe(true);
});
