import { expect, test } from 'vitest';
import { countFiles, parseDiff } from '../../dashboard/src/diff/parse-diff.ts';
import { DIFF } from './story-texts.ts';

test('a diff is its files, each with its lines and their numbers', () => {
  const files = parseDiff(DIFF);
  expect(files.map(({ path, what, added, removed }) => ({ path, what, added, removed }))).toEqual([
    { path: 'src/duration.ts', what: 'changed', added: 5, removed: 3 },
    { path: 'test/duration.test.ts', what: 'changed', added: 5, removed: 0 },
    { path: 'docs/format.md', what: 'added', added: 3, removed: 0 },
  ]);
  const lines = files[0]?.hunks[0]?.lines ?? [];
  expect(lines.find(({ kind }) => kind === 'removed')).toMatchObject({ before: 6, after: undefined });
  expect(lines.findLast(({ kind }) => kind === 'context')).toMatchObject({ before: 14, after: 16 });
});

test('moved, removed, binary and oddly named files are told for what they are', () => {
  const diff = [
    'diff --git a/old name.txt b/new name.txt',
    'similarity index 100%',
    'rename from old name.txt',
    'rename to new name.txt',
    'diff --git a/gone.txt b/gone.txt',
    'deleted file mode 100644',
    '--- a/gone.txt',
    '+++ /dev/null',
    '@@ -1 +0,0 @@',
    '-bye',
    '\\ No newline at end of file',
    'diff --git a/logo.png b/logo.png',
    'new file mode 100644',
    'Binary files /dev/null and b/logo.png differ',
    'diff --git "a/gr\\303\\274n.txt" "b/gr\\303\\274n.txt"',
    '--- "a/gr\\303\\274n.txt"',
    '+++ "b/gr\\303\\274n.txt"',
    '@@ -1 +1 @@',
    '-a',
    '+b',
    '',
  ].join('\n');
  expect(parseDiff(diff)).toMatchObject([
    { path: 'new name.txt', from: 'old name.txt', what: 'moved', hunks: [] },
    { path: 'gone.txt', what: 'removed', removed: 1 },
    { path: 'logo.png', what: 'added', isBinary: true },
    { path: 'grün.txt', what: 'changed', added: 1, removed: 1 },
  ]);
});

test('lines that look like a head inside a file stay lines', () => {
  const diff = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- old\n+++ new\n x\n';
  expect(parseDiff(diff)[0]?.hunks[0]?.lines.map(({ kind, text }) => [kind, text])).toEqual([
    ['removed', '-- old'],
    ['added', '++ new'],
    ['context', 'x'],
  ]);
});

test('no text of a line passes for a further file, whatever ends a line elsewhere', () => {
  const text = ['\r', '\u2028', '\u2029'].map((end) => `+harmless${end}diff --git a/evil b/evil\n`).join('');
  const diff = `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1,3 @@\n${text}`;
  expect(parseDiff(diff)).toMatchObject([{ path: 'x', added: 3 }]);
  expect(countFiles(diff)).toBe(1);
});

test('a moved file keeps a first folder of one letter', () => {
  const diff = 'diff --git a/a/x.ts b/b/x.ts\nsimilarity index 100%\nrename from a/x.ts\nrename to b/x.ts\n';
  expect(parseDiff(diff)).toMatchObject([{ path: 'b/x.ts', from: 'a/x.ts', what: 'moved' }]);
});
