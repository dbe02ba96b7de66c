import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CREATIONS_PER_HOUR, CREATIONS_PER_MINUTE, grantCreation } from '#core/domain/rules/write-budget.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BEGIN_MS = Date.parse('2026-11-26T12:00:00.000Z');

/** Asks at each of these moments, and again whenever a wait is over, until everything is granted. Gives the moments of that. */
function play(gapsMs: readonly number[], closedForMs = 0): number[] {
  let grantedMs: readonly number[] = [];
  let nowMs = BEGIN_MS;
  const sent: number[] = [];
  for (const gapMs of gapsMs) {
    nowMs += gapMs;
    for (;;) {
      const grant = grantCreation({ grantedMs, closedUntilMs: BEGIN_MS + closedForMs }, nowMs);
      if (grant.kind === 'granted') {
        grantedMs = grant.grantedMs;
        sent.push(nowMs);
        break;
      }
      expect(grant.waitMs).toBeGreaterThan(0);
      nowMs += grant.waitMs;
    }
  }
  return sent;
}

/** The most that any window of that length holds; it is enough to look at those that end with a creation. */
function mostWithin(sent: readonly number[], windowMs: number): number {
  return Math.max(...sent.map((at) => sent.filter((one) => one <= at && one > at - windowMs).length));
}

const gaps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 50 }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
  ),
  { minLength: 81, maxLength: 700 },
);

test('no 60 s ever hold more than 80 creations and no hour more than 500, and none is dropped', () => {
  fc.assert(
    fc.property(gaps, (gapsMs) => {
      const sent = play(gapsMs);
      expect(sent).toHaveLength(gapsMs.length);
      expect(mostWithin(sent, MINUTE_MS)).toBeLessThanOrEqual(CREATIONS_PER_MINUTE);
      expect(mostWithin(sent, HOUR_MS)).toBeLessThanOrEqual(CREATIONS_PER_HOUR);
    }),
    { numRuns: 60 },
  );
});

test('a burst of 80 goes out at once, and the limit is used up before anything waits', () => {
  const sent = play(Array.from({ length: 81 }, () => 0));
  expect(sent.filter((at) => at === BEGIN_MS)).toHaveLength(80);
  expect((sent.at(-1) ?? 0) - BEGIN_MS).toBe(70_000);
});

test('what was granted 10 s apart from a window cannot meet within it on its way', () => {
  const sent = play(Array.from({ length: 200 }, () => 0));
  expect(mostWithin(sent, MINUTE_MS + 9_999)).toBeLessThanOrEqual(CREATIONS_PER_MINUTE);
});

test('nothing is granted while the budget is closed', () => {
  expect(play([0, 0, 0], 90_000)).toEqual(Array(3).fill(BEGIN_MS + 90_000));
});

test('a clock that was set back grants no more than one that was not', () => {
  const grantedMs = Array.from({ length: CREATIONS_PER_MINUTE }, () => BEGIN_MS);
  const grant = grantCreation({ grantedMs, closedUntilMs: 0 }, BEGIN_MS - HOUR_MS);
  expect(grant).toEqual({ kind: 'wait', waitMs: HOUR_MS + 70_000 });
});

test('no more than an hour of it is remembered', () => {
  const grantedMs = Array.from({ length: CREATIONS_PER_HOUR }, (_, index) => BEGIN_MS + index);
  const grant = grantCreation({ grantedMs, closedUntilMs: 0 }, BEGIN_MS + 2 * HOUR_MS);
  expect(grant.kind === 'granted' && grant.grantedMs.length).toBe(CREATIONS_PER_HOUR);
});
