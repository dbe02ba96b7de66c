import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfExit, judgeProof, type ProofEnd, type ProofRuns } from '#core/domain/run/proof.ts';

const YES: ProofEnd = { kind: 'passed' };
const NO: ProofEnd = { kind: 'failed', exitCode: 1 };
const LATE: ProofEnd = { kind: 'timed-out' };
const GONE: ProofEnd = { kind: 'broken', why: 'Set-up failed.' };

const runs = (ends: {
  red?: ProofEnd;
  green?: ProofEnd;
  before?: ProofEnd;
  after?: ProofEnd;
  bySuite?: boolean;
}): ProofRuns => ({
  changed: { command: 'test {files}', base: ends.red ?? NO, head: ends.green ?? YES },
  suite: { command: 'test', base: ends.before ?? YES, head: ends.after ?? YES },
  bySuite: ends.bySuite ?? false,
});

describe('a change is proven', () => {
  test.each([
    ['by tests that fail without it and pass with it, and a suite that passes', {}],
    ['with a suite that failed before and fails still', { before: NO, after: NO }],
    ['with a suite that failed before and passes now', { before: NO }],
  ])('%s', (_, ends) => {
    expect(judgeProof(runs(ends))).toMatchObject({
      verdict: 'proven',
      reasons: [],
      rows: [{ asExpected: true }, { asExpected: true }],
    });
  });

  test('without a suite by its tests alone', () => {
    expect(judgeProof({ ...runs({}), suite: null })).toMatchObject({ verdict: 'proven', rows: [{ what: 'changed' }] });
  });

  test('exactly when both tests and suite answer as expected', () => {
    const end = fc.constantFrom<ProofEnd>(YES, NO, LATE, GONE, endOfExit(127), { kind: 'too-much-output' });
    fc.assert(
      fc.property(fc.tuple(end, end, end, end), ([red, green, before, after]) => {
        const suiteHolds = before === YES ? after === YES : before === NO && (after === YES || after === NO);
        const { verdict, reasons } = judgeProof(runs({ red, green, before, after }));
        expect(verdict === 'proven').toBe(red === NO && green === YES && suiteHolds);
        expect(reasons.length === 0).toBe(verdict === 'proven');
      }),
    );
  });
});

describe('a change is not proven, and why is said', () => {
  test.each<[string, Parameters<typeof runs>[0], string]>([
    ['when its tests pass without it', { red: YES }, 'pass on the base already'],
    ['when its tests fail with it', { green: NO }, 'The changed tests fail with the change.'],
    ['when it breaks the suite', { after: NO }, 'passes on the base and fails with the change.'],
    ['when its tests cannot be run', { red: endOfExit(127) }, 'on the base: cannot be run (exit code 127).'],
    ['when something kills them', { red: endOfExit(137) }, 'on the base: was killed (exit code 137).'],
    ['when the suite takes too long', { after: LATE }, 'The suite, with the change: ran out of time.'],
    ['when there is no workspace', { red: GONE }, 'Nothing could be run on the base: Set-up failed.'],
    [
      'when the suite stands for its tests and failed before',
      { red: NO, before: NO, after: YES, bySuite: true },
      'fails on the base as it is, so that its failing with the new tests shows nothing.',
    ],
  ])('%s', (_, ends, reason) => {
    const { verdict, reasons } = judgeProof(runs(ends));
    expect(verdict).toBe('unproven');
    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  test('with all reasons at once, each said once', () => {
    const { reasons } = judgeProof(runs({ red: GONE, green: NO, before: GONE, after: NO }));
    expect(reasons).toHaveLength(2);
  });
});
