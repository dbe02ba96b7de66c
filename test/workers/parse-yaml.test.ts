import { expect, test } from 'vitest';
import { parseYaml } from '../../workers/parse-yaml.ts';

const LENGTH = 64 * 1024;
const QUICK_MS = 4_000;

test.each([
  ['a list', 'setup:\n  - npm ci\n', { setup: ['npm ci'] }],
  ['an empty text', '', undefined],
  ['nothing but a comment', '# later\n', undefined],
  ['an anchor that nothing refers to', 'a: &x 1\n', { a: 1 }],
  ['words that look like code', 'a: !!js/function "x"\n', { a: 'x' }],
])('%s is read', (_, text, value) => {
  expect(parseYaml(text)).toMatchObject({ kind: 'value', value });
});

const faultsOf = (text: string): string[] => {
  const parsed = parseYaml(text);
  return parsed.kind === 'faulty' ? parsed.faults.map(({ line, message }) => `line ${line}: ${message}`) : [];
};

test('every fault is named with its line', () => {
  expect(faultsOf('a: 1\nb: 2\na: 3\nb: *c\n')).toEqual([
    'line 3: key a stands twice',
    'line 4: key b stands twice',
    'line 4: alias *c is not taken',
  ]);
  expect(faultsOf('a: [1\nb: {x\n').map((fault) => fault.slice(0, 7))).toEqual(['line 2:', 'line 3:']);
  expect(faultsOf('a: 1\n---\nb: 2\n')).toEqual([expect.stringMatching(/multiple documents/)]);
});

test('aliases are refused, so nine lines never become a thousand million words', () => {
  const bomb = [
    'a: &a [x, x, x]',
    ...[...'bcdefgh'].map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}]`),
  ];
  expect(faultsOf(bomb.join('\n'))).toContain('line 2: alias *a is not taken');
});

test.each([
  [[], 2],
  [['setup'], 2],
  [['setup', 0], 3],
  [['setup', 1], 4],
  [['setup', 2], 2],
  [['review'], 6],
  [['review', 'paths', 'deny', 1], 9],
  [['review', 'nothing'], 6],
  [['1'], 10],
  [[''], 11],
])('the line of %j is %i', (path, line) => {
  const text =
    '# a comment\nsetup:\n  - npm ci\n  - |\n    make\nreview:\n  paths:\n    deny: [a,\n      b]\n1: x\n: y\n';
  const parsed = parseYaml(text);
  expect(parsed.kind === 'value' && parsed.lineOf(path)).toBe(line);
});

test.each([
  ['brackets', '['.repeat(LENGTH)],
  ['nested lists', '[a,'.repeat(LENGTH / 3)],
  ['keys', `{${Array.from({ length: LENGTH / 6 }, (_, at) => `k${at}`).join(',')}}`],
  ['lines', '- a\n'.repeat(LENGTH / 4)],
  ['indents', Array.from({ length: 350 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')],
  ['quotes', '"'.repeat(LENGTH)],
  ['anchors', '&a '.repeat(LENGTH / 3)],
])('64 KiB of %s are read or refused at once', (_, text) => {
  const before = Date.now();
  expect(['value', 'faulty']).toContain(parseYaml(text).kind);
  expect(Date.now() - before).toBeLessThan(QUICK_MS);
});
