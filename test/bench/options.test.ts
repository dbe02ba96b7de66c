import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('without options everything is measured and nothing is written', () => {
  expect(readOptions([])).toEqual({ only: undefined, quick: false, write: false });
});

test('a report that would lack benchmarks is not written', () => {
  expect(() => readOptions(['--only', 'intake', '--write'])).toThrow('--write needs all benchmarks');
});

test('a wrong word is refused with the words there are', () => {
  expect(() => readOptions(['--only', 'speed'])).toThrow(
    'intake, overhead, workspaces, proxy, history, streams, browser, dashboard, memory',
  );
  expect(() => readOptions(['--fast'])).toThrow('--fast');
});
