import { expect, test } from 'vitest';
import { AppError, type ErrorCode } from '#core/domain/errors.ts';
import { retryDelay } from '../../workers/consumer.ts';

const RETRY = { startsMax: 5, firstMs: 100, longestMs: 300 };

test('waits grow to the longest and end with the last start', () => {
  const error = new AppError('unavailable', 'Asking failed');
  expect([1, 2, 3, 4, 5, 6].map((starts) => retryDelay(error, starts, RETRY))).toEqual([
    100,
    200,
    300,
    300,
    undefined,
    undefined,
  ]);
});

test('a wait that was asked for is kept, longer than the longest or not', () => {
  for (const retryAfterMs of [5, 3_600_000]) {
    expect(retryDelay(new AppError('limited', 'Too many', { retryAfterMs }), 3, RETRY)).toBe(retryAfterMs);
  }
});

test.each<[ErrorCode, boolean]>([
  ['invalid', false],
  ['denied', false],
  ['missing', false],
  ['conflict', false],
  ['unavailable', true],
  ['ambiguous', true],
  ['limited', true],
  ['internal', false],
])('%s is started again: %s', (code, again) => {
  expect(retryDelay(new AppError(code, 'Asking failed'), 1, RETRY) !== undefined).toBe(again);
});
