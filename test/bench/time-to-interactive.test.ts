import { expect, test } from 'vitest';
import { blockingTime, timeToInteractive, type PageActivity } from './time-to-interactive.ts';

const page: PageActivity = { until: 20_000, firstPaint: 800, longTasks: [], fetches: [] };
const span = (from: number, to: number) => ({ from, to });

test('a page without long tasks is interactive with its first paint', () => {
  expect(timeToInteractive(page)).toBe(800);
  expect(timeToInteractive({ ...page, longTasks: [span(100, 700)] })).toBe(800);
});

test('else with the end of the last long task before five quiet seconds', () => {
  expect(timeToInteractive({ ...page, longTasks: [span(900, 1_400), span(6_000, 6_100)] })).toBe(6_100);
  expect(timeToInteractive({ ...page, longTasks: [span(900, 1_400), span(6_400, 6_500)] })).toBe(1_400);
});

test('more than two fetches at once are no quiet, and are not what it waits for', () => {
  const three = [span(2_000, 9_000), span(2_100, 9_000), span(2_200, 7_000)];
  expect(timeToInteractive({ ...page, longTasks: [span(900, 1_400)], fetches: three })).toBe(1_400);
  const later = { ...page, longTasks: [span(900, 1_400), span(11_500, 11_600)], fetches: three };
  expect(timeToInteractive(later)).toBe(11_600);
  expect(timeToInteractive({ ...later, fetches: three.slice(1) })).toBe(1_400);
});

test('is unknown until five quiet seconds were seen', () => {
  expect(timeToInteractive({ ...page, until: 5_700 })).toBeUndefined();
  expect(timeToInteractive({ ...page, longTasks: [span(14_000, 15_500)], until: 15_600 })).toBe(800);
  expect(timeToInteractive({ ...page, longTasks: [span(4_000, 15_500)], until: 20_400 })).toBeUndefined();
});

test('blocking time counts what is beyond 50 ms of each long task after the first paint', () => {
  const longTasks = [span(500, 700), span(750, 950), span(1_000, 1_200), span(3_000, 4_000)];
  expect(blockingTime({ ...page, longTasks }, 1_200)).toBe(100 + 150);
});
