import { expect, test } from 'vitest';
import { median, percentile, slopeOf, spreadOf } from './statistics.ts';

test('the median is the middle of an odd and the mean of the middle two of an even number of values', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 6])).toBe(5.5);
  expect(median([-3])).toBe(-3);
});

test('a percentile is a value that was measured', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(hundred, 0.5), percentile(hundred, 0.99), percentile(hundred, 1)]).toEqual([50, 99, 100]);
});

test('nothing measured is no figure', () => {
  expect(() => median([])).toThrow('at least one value');
  expect(() => percentile([], 0.99)).toThrow('at least one value');
});

test('a spread names median, extremes and how often was measured', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, count: 3 });
});

test('a steady growth is its slope, whatever level it starts from', () => {
  const growing = [20, 40, 60].map((x) => ({ x, y: 300 + x * 0.25 }));
  expect(slopeOf(growing)).toBeCloseTo(0.25);
  expect(slopeOf([{ x: 20, y: 7 }])).toBe(0);
});
