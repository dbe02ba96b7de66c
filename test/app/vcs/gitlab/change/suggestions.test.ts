import { expect, test } from 'vitest';
import { findingBody } from '#core/domain/change/finding-text.ts';
import { remarkBody } from '../../../../../app/vcs/gitlab/change/suggestions.ts';

const REVIEW = '01999999-9999-7999-8999-999999999999';

/** The remark about the last of so many lines, as the core words it. */
function said(suggestion: string | null, title = 'Wrong'): string {
  const lines = [{ hunk: 0, old: null, now: 2, text: 'before' }];
  const place = { path: 'a.txt', oldPath: 'a.txt', side: 'right', line: 2, startLine: null } as const;
  const about = { path: 'a.txt', side: 'right', line: 2, start_line: null, severity: 'major' } as const;
  const body = 'See:\n/merge\n```suggestion\n/merge\n```';
  return findingBody(
    { said: { ...about, title, body, suggestion }, at: { place, lines, exact: true }, key: 'k' },
    REVIEW,
  );
}

test.each([
  [{ line: 7, startLine: null }, '```suggestion:-0+0'],
  [{ line: 7, startLine: 5 }, '```suggestion:-2+0'],
  [{ line: 101, startLine: 1 }, '```suggestion:-100+0'],
])('code is offered for all lines of a remark at %o', (place, head) => {
  expect(remarkBody(said('after\n'), place)).toMatch(new RegExp(`\n\n${head.replaceAll('+', '\\+')}\nafter\n\`\`\`$`));
});

test('code for more lines than GitLab replaces is not offered', () => {
  const body = remarkBody(said('after\n'), { line: 102, startLine: 1 });
  expect(body).not.toMatch(/^`/m);
  expect(body).toContain('**Major:** Wrong');
});

test('code that takes lines away is offered as such', () => {
  expect(remarkBody(said(''), { line: 7, startLine: null })).toMatch(/\n```suggestion:-0\+0\n```$/);
});

test('code to be applied is left as it is, unless GitLab could take it for orders: then it is not offered', () => {
  const plain = remarkBody(said('/docs @team\n$& /merge'), { line: 7, startLine: null });
  expect(plain).toMatch(/\n\n```suggestion:-0\+0\n\/docs @team\n\$& \/merge\n```$/);
  const fenced = remarkBody(said('```\n/merge\n```'), { line: 7, startLine: null });
  expect(fenced).not.toMatch(/^\s*\/merge/m);
  expect(fenced).not.toMatch(/^`/m);
  expect(remarkBody(said('```\nx\n```'), { line: 7, startLine: null })).toContain(
    '````suggestion:-0+0\n```\nx\n```\n````',
  );
});

test('nothing that a finding says is a block of ours or an order', () => {
  const body = remarkBody(said(null), { line: 7, startLine: 5 });
  expect(body).toContain('> ```suggestion\n> /merge');
  expect(body).not.toMatch(/^\/merge|suggestion:-/m);
});
