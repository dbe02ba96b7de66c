import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReviewAnswer, REVIEW_ANSWER_SCHEMA, ReviewAnswer } from '#core/contracts/review-answer.ts';

const FINDING = {
  path: 'src/a.ts',
  side: 'right',
  start_line: null,
  line: 3,
  severity: 'major',
  title: 'Rounds down',
  body: 'It rounds down.\n\n```ts\nconst x = 1;\n```',
  suggestion: 'const x = 2;',
};
const ANSWER = { summary: 'Fine.', verdict: 'request_changes', findings: [FINDING] };
const JSON_TEXT = JSON.stringify(ANSWER, null, 2);

function findingOf(differences: object): unknown {
  const parsed = parseReviewAnswer(JSON.stringify({ ...ANSWER, findings: [{ ...FINDING, ...differences }] }));
  return parsed.kind === 'answer' ? parsed.answer.findings[0] : parsed.reason;
}

describe('the answer of a reviewer', () => {
  test.each([
    ['bare', JSON_TEXT],
    ['on one line', JSON.stringify(ANSWER)],
    ['in a fence of JSON', `Here it is:\n\n\`\`\`json\n${JSON_TEXT}\n\`\`\`\n`],
    ['in a longer fence without a word', `~~~~\n${JSON_TEXT}\n~~~~`],
    ['in the last of several fences', `\`\`\`\n{"a": 1}\n\`\`\`\nNo:\n\`\`\`JSON\n${JSON_TEXT}\n\`\`\``],
    ['with words around it', `I have looked. ${JSON_TEXT} That is all.`],
    ['after a fence that is never closed', `\`\`\`json\n${JSON_TEXT}`],
  ])('is found %s', (_name, message) => {
    expect(parseReviewAnswer(message)).toEqual({ kind: 'answer', answer: ANSWER });
  });

  test.each([
    ['no JSON', 'Looks good to me.', 'it has no JSON object in it'],
    ['a list', '[1]', 'it has no JSON object in it'],
    ['nothing', '', 'it has no JSON object in it'],
    ['too long', JSON.stringify({ ...ANSWER, summary: 'x'.repeat(600_000) }), 'it is too long'],
    ['no verdict', JSON.stringify({ ...ANSWER, verdict: undefined }), 'verdict: '],
    ['a verdict nobody knows', JSON.stringify({ ...ANSWER, verdict: 'merge!' }), 'verdict: '],
    ['a line that is none', JSON.stringify({ ...ANSWER, findings: [{ ...FINDING, line: 0 }] }), 'findings.0.line: '],
    ['a finding without place', JSON.stringify({ ...ANSWER, findings: [{ title: 'x' }] }), 'findings.0.path: '],
  ])('that is unreadable says why and shows nothing of itself: %s', (_name, message, why) => {
    const parsed = parseReviewAnswer(message);
    expect(parsed).toEqual({ kind: 'unreadable', reason: expect.stringContaining(why) });
    expect(JSON.stringify(parsed)).not.toContain('merge!');
  });

  test('lines are in order, a side that is not named is the new one, removed lines have no suggestion', () => {
    expect(findingOf({ side: undefined, start_line: undefined, suggestion: undefined })).toMatchObject({
      side: 'right',
      start_line: null,
      suggestion: null,
    });
    expect(findingOf({ start_line: 9 })).toMatchObject({ start_line: 3, line: 9 });
    expect(findingOf({ start_line: 3 })).toMatchObject({ start_line: null, line: 3 });
    expect(findingOf({ side: 'left' })).toMatchObject({ side: 'left', suggestion: null });
    expect(findingOf({ suggestion: '' })).toMatchObject({ suggestion: '' });
  });

  test('is bounded: texts are cut, suggestions never are, and the first findings are kept', () => {
    const long = '大'.repeat(10_000);
    const cut = findingOf({ title: long, body: long, suggestion: long });
    expect(cut).toMatchObject({ title: '大'.repeat(100), body: '大'.repeat(6_666), suggestion: null });
    const many = Array.from({ length: 500 }, (_, index) => ({ ...FINDING, line: index + 1 }));
    const parsed = parseReviewAnswer(JSON.stringify({ ...ANSWER, findings: many }));
    expect(parsed.kind === 'answer' && parsed.answer.findings.map(({ line }) => line)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  test('what the schema for the model lets through is what is read', () => {
    const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(REVIEW_ANSWER_SCHEMA);
    expect(isValid(ANSWER)).toBe(true);
    expect(isValid({ ...ANSWER, extra: 1 })).toBe(false);
    expect(isValid({ ...ANSWER, findings: [{ ...FINDING, side: undefined }] })).toBe(false);
    const keys = Object.keys(ReviewAnswer.shape);
    expect(REVIEW_ANSWER_SCHEMA['required']).toEqual(keys);
  });

  test('no message at all can break it', () => {
    const pieces = fc.constantFrom(
      '```',
      '```json',
      '~~~',
      '{',
      '}',
      '[',
      '"',
      '\n',
      JSON_TEXT,
      'findings',
      '\\',
      'null',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (message) => {
          expect(['answer', 'unreadable']).toContain(parseReviewAnswer(message).kind);
        },
      ),
    );
    const started = Date.now();
    parseReviewAnswer('```json\n'.repeat(60_000));
    parseReviewAnswer('{'.repeat(500_000));
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});
