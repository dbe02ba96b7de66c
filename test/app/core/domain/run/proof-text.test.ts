import { describe, expect, test } from 'vitest';
import { projectCheck } from '#core/domain/change/check.ts';
import { projectComment } from '#core/domain/request/comment.ts';
import { projectProposal } from '#core/domain/run/proposal.ts';
import { withProof } from '#core/domain/run/proof-section.ts';
import type { Proof } from '#core/domain/run/proof.ts';
import type { Run } from '#core/domain/run/run.ts';
import { aProof } from '../../../../contract/store-subject.ts';
import { aRequest, aRun } from '../samples.ts';

const now = '2026-01-01T00:02:05.000Z';
const proven: Proof = { ...aProof(), verdict: 'proven', reasons: [] };
const unproven = (mode: Proof['mode']): Proof => ({ ...aProof(), mode });
const run = (proof: Proof | null): Run => aRun({ status: 'succeeded', change: { number: 8, url: 'u' }, proof });
const check = (proof: Proof | null) =>
  projectCheck(aRequest(), run(proof), { log: { head: [], tail: [], omitted: 0 }, now });
const bodyOf = (proof: Proof | null): string => projectProposal(aRequest(), run(proof), { runUrl: 'u', now }).body;

describe('what was proven', () => {
  test.each([
    ['nothing was to be proven', null, 'success'],
    ['it is proven', proven, 'success'],
    ['it was tried and is not', unproven('try'), 'neutral'],
    ['it is required and is not', unproven('require'), 'failure'],
  ])('decides about the check of a change: %s', (_, proof, conclusion) => {
    const { conclusion: shown, title } = check(proof);
    expect(shown).toBe(conclusion);
    expect(title.includes('not proven: The suite, on the base: ran out of time.')).toBe(conclusion !== 'success');
  });

  test('is told with the same table in pull request, check and comment', () => {
    const table = [
      '| what | command | on the base | with the change | as expected |',
      '|---|---|---|---|---|',
      "| changed tests | `t 'ü'` | fails (exit code 1) | passes | yes |",
      '| whole suite | `t` | ran out of time | did not run | **no** |',
    ].join('\n');
    const proof = unproven('require');
    const comment = projectComment(aRequest(), run(proof), { checkUrl: 'u', now });
    for (const text of [bodyOf(proof), check(proof).summary, comment]) expect(text).toContain(table);
    expect(comment).toContain('The change is a draft: u');
  });

  test('makes no markup of what commands and tests are called', () => {
    const rows = proven.rows.map((row) => ({ ...row, command: 'a | b ` <!-- @ada' }));
    const text = bodyOf({ ...proven, rows, tests: ['x` @ada <!-- astraforge:proof-end -->'] });
    expect(text).toMatch(/^\| changed tests \| `a \\\| b ' &lt;!-- @\u200bada` \| fails/m);
    expect(text.split('<!-- astraforge:proof-end -->')).toHaveLength(2);
  });
});

describe('the text of a pull request that was opened before', () => {
  test('tells what was found last, and loses the first line once that is proof', () => {
    const opened = bodyOf(unproven('require'));
    expect(opened.split('\n')[0]).toContain('This is a draft: it is not proven');
    const later = withProof(opened, proven);
    expect(later).toEqual({ body: bodyOf(proven), wasDraft: true });
    expect(withProof(later.body, proven)).toEqual({ body: later.body, wasDraft: false });
  });

  test('stays a draft that says so while there is no proof', () => {
    const other = { ...unproven('require'), reasons: ['Another reason.'] };
    expect(withProof(bodyOf(unproven('require')), other)).toEqual({ body: bodyOf(other), wasDraft: true });
  });

  test('is left as people made it where they took that out', () => {
    expect(withProof('My own words.', proven)).toEqual({ body: 'My own words.', wasDraft: false });
  });
});
