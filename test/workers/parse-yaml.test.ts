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
  expect(parseYaml(text)).toEqual(value);
});

test('every fault is named with its line', () => {
  expect(() => parseYaml('a: 1\nb: 2\na: 3\nb: *c\n')).toThrow(
    /^line 3: key a stands twice\nline 4: key b stands twice\nline 4: alias \*c is not taken$/,
  );
  expect(() => parseYaml('a: [1\nb: {x\n')).toThrow(/^line 2: .+\nline 3: /);
  expect(() => parseYaml('a: 1\n---\nb: 2\n')).toThrow(/multiple documents/);
});

test('aliases are refused, so nine lines never become a thousand million words', () => {
  const bomb = [
    'a: &a [x, x, x]',
    ...[...'bcdefgh'].map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]},`.repeat(9)}]`),
  ];
  expect(() => parseYaml(bomb.join('\n'))).toThrow(/alias \*a is not taken/);
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
  try {
    parseYaml(text);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Error);
  }
  expect(Date.now() - before).toBeLessThan(QUICK_MS);
});
