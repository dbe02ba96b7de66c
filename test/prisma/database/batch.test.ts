import { expect, test } from 'vitest';
import { batching } from '../../../prisma/database/batch.ts';

const RULES = {
  action: 'Doubling',
  sizeOf: (item: number) => item,
  itemsMax: 4,
  bytesMax: 100,
  waitingMax: 10,
  deadlineMs: 100,
};

/** A write that waits until it is let go, and what it was given. */
function heldWrite() {
  const batches: (readonly number[])[] = [];
  const open: (() => void)[] = [];
  const write = async (items: readonly number[]) => {
    batches.push(items);
    await new Promise<void>((resolve) => open.push(resolve));
    return items.map((item) => item * 2);
  };
  const letGo = async () => {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { batches, write, letGo };
}

test('what arrives during a write goes together in the next, bounded by number and size, and each gets its own answer', async () => {
  const { batches, write, letGo } = heldWrite();
  const double = batching({ ...RULES, deadlineMs: 10_000 }, write);
  const answers = Promise.all([1, 2, 3, 4, 5, 6, 70, 80].map(double));
  for (let step = 0; step < 4; step += 1) await letGo();
  expect(await answers).toEqual([2, 4, 6, 8, 10, 12, 140, 160]);
  expect(batches).toEqual([[1], [2, 3, 4, 5], [6, 70], [80]]);
});

test('an item that is too large alone is still written', async () => {
  const { batches, write, letGo } = heldWrite();
  const double = batching(RULES, write);
  const answer = double(1_000);
  await letGo();
  expect(await answer).toBe(2_000);
  expect(batches).toEqual([[1_000]]);
});

test('at the deadline each caller is refused, and what waits is no longer written', async () => {
  const { batches, write, letGo } = heldWrite();
  const double = batching(RULES, write);
  const calls = await Promise.allSettled([double(1), double(2)]);
  expect(calls).toMatchObject([
    { status: 'rejected', reason: { code: 'unavailable' } },
    { status: 'rejected', reason: { code: 'unavailable' } },
  ]);
  await letGo();
  expect(batches).toEqual([[1]]);
  const next = double(3);
  await letGo();
  expect(await next).toBe(6);
});

test('more than may wait are refused at once', async () => {
  const { write } = heldWrite();
  const double = batching(RULES, write);
  const calls = await Promise.allSettled(Array.from({ length: 13 }, (_, item) => double(item)));
  const refused = calls.filter((call) => call.status === 'rejected' && String(call.reason).includes('too many'));
  expect(refused).toHaveLength(2);
});

test('a write that fails fails for its batch, and the next one is tried', async () => {
  let calls = 0;
  const double = batching({ ...RULES, deadlineMs: 10_000 }, async (items: readonly number[]) => {
    calls += 1;
    if (calls === 1) throw new Error('away');
    return items.map((item) => item * 2);
  });
  await expect(double(1)).rejects.toThrow('away');
  expect(await double(2)).toBe(4);
});
