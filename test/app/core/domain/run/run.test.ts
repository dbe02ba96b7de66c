import { expect, it } from 'vitest';
import { isSettled, retryDelayMs, TRIES_MAX, type RunStatus } from '#core/domain/run/run.ts';

it('a passing failure is waited out for 20 minutes before it counts as lasting', () => {
  const waits = Array.from({ length: TRIES_MAX - 1 }, (_, index) => retryDelayMs(index + 1));
  expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(Math.max(...waits)).toBe(300_000);
  const minutes = waits.reduce((sum, wait) => sum + wait, 0) / 60_000;
  expect(minutes).toBeCloseTo(20.25);
});

it('exactly the statuses that end a run are settled', () => {
  const all: RunStatus[] = [
    'queued',
    'provisioning',
    'running',
    'publishing',
    'succeeded',
    'unchanged',
    'failed',
    'timed_out',
    'cancelled',
  ];
  expect(all.filter(isSettled)).toEqual(['succeeded', 'unchanged', 'failed', 'timed_out', 'cancelled']);
});
