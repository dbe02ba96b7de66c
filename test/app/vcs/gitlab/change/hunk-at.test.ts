import { expect, test } from 'vitest';
import { hunkAt } from '../../../../../app/vcs/gitlab/change/hunk-at.ts';

const DIFF =
  '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n@@ -10,2 +10,3 @@ function x\n j\n+J\n k\n\\ No newline at end of file\n';

test.each([
  ['an added line', { oldLine: null, newLine: 2 }, '@@ -1,3 +1,3 @@\n a\n-b\n+B'],
  ['a removed line', { oldLine: 2, newLine: null }, '@@ -1,3 +1,3 @@\n a\n-b'],
  ['an unchanged line', { oldLine: 11, newLine: 12 }, '@@ -10,2 +10,3 @@ function x\n j\n+J\n k'],
  ['a line in no hunk', { oldLine: 7, newLine: 7 }, ''],
  ['a whole file', { oldLine: null, newLine: null }, ''],
])('%s has the hunk that leads to it', (_name, line, hunk) => {
  expect(hunkAt(DIFF, line)).toBe(hunk);
});

test('a hunk is forty lines at most, the last ones, with its header', () => {
  const rows = Array.from({ length: 100 }, (_, index) => `+${index + 1}`);
  const hunk = hunkAt(`@@ -0,0 +1,100 @@\n${rows.join('\n')}\n`, { oldLine: null, newLine: 90 });
  expect(hunk.split('\n')).toEqual(['@@ -0,0 +1,100 @@', ...rows.slice(50, 90)]);
});
