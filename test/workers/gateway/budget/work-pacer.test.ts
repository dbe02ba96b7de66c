import { expect, test } from 'vitest';
import { createWorkPacer } from '../../../../workers/gateway/budget/work-pacer.ts';

test('work that takes long is followed by rest, work that does not is not', async () => {
  let now = 0;
  const pacer = createWorkPacer(() => now);
  const busy = (ms: number) => () => {
    now += ms;
    return 'done';
  };
  expect(pacer.work(busy(20))).toBe('done');
  await pacer.rest();
  expect(pacer.work(busy(50))).toBe('done');
  let rested = false;
  const resting = pacer.rest().then(() => (rested = true));
  now += 199;
  await new Promise((resolve) => setTimeout(resolve, 210));
  expect(rested).toBe(false);
  now += 1;
  await resting;
  expect(rested).toBe(true);
});

test('work that fails counts as well', async () => {
  let now = 0;
  const pacer = createWorkPacer(() => now);
  const failing = (): never => {
    now += 25;
    throw new Error('no');
  };
  expect(() => pacer.work(failing)).toThrow('no');
  let rested = false;
  void pacer.rest().then(() => (rested = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(rested).toBe(false);
  now += 100;
});
