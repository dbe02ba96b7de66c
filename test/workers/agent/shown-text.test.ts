import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutLooks } from '#core/domain/text/terminal-looks.ts';
import { SHOWN_CHARACTERS_MAX, SHOWN_LINES_MAX, shownLines } from '../../../workers/agent/command-output.ts';
import { clipText, colouredText, plainText } from '../../../workers/agent/plain-text.ts';
import { unwrapShell } from '../../../workers/agent/unwrap-shell.ts';

describe('plain text', () => {
  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a link', '\u001b]8;;https://evil.example\u0007text\u001b]8;;\u0007', 'text'],
    ['a window title', '\u001b]0;title\u0007x', 'x'],
    ['cursor movement', 'a\u001b[2K\u001b[1Gb', 'ab'],
    ['NUL, bell and backspace', 'a\u0000b\u0007c\u0008d', 'abcd'],
    ['C1 controls', 'a\u0085b\u009cc', 'abc'],
    ['half a surrogate pair', 'a\ud83eb', 'a\ufffdb'],
    ['a progress bar', ' 10%\r 50%\r100%\ndone', '100%\ndone'],
    ['Windows line ends', 'a\r\nb\r\n', 'a\nb\n'],
    ['tabs and letters of all kinds', 'a\tä大🦊', 'a\tä大🦊'],
    ['a secret taken apart by colours', 'gh\u001b[0mp_abc', 'ghp_abc'],
  ])('%s', (_name, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  test('whatever comes, PostgreSQL can store it and nothing controls a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const plain = plainText(`${text}\u001b[3`);
        expect(plain).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/);
        expect(Buffer.from(plain, 'utf8').toString('utf8')).toBe(plain);
      }),
      { numRuns: 500 },
    );
  });

  test('a clipped text keeps its two ends and never ends in half a character', () => {
    const clipped = clipText(`${'🦊'.repeat(100)}end`, 51);
    expect(clipped).toMatch(/^(🦊)+\ufffd?\n… 153 characters left out …\n\ufffd?(🦊)+end$/u);
    expect(clipText('short', 5)).toBe('short');
  });
});

describe('coloured text', () => {
  test.each([
    ['colours and weight', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m'],
    ['nothing else that controls', '\u001b[2K\u001b[31m\u0007a\u001b[1Gb\u001b[m\u001b', '\u001b[31mab\u001b[m'],
    ['no link or title', '\u001b]8;;https://evil.example\u0007t\u001b]8;;\u0007\u001b[4mx', 't\u001b[4mx'],
    ['the last state of a line', '\u001b[31m 10%\r\u001b[32m100%', '\u001b[32m100%'],
    ['no escape that only looks like one', '\u001b\u0000[31ma', '[31ma'],
  ])('keeps %s', (_name, text, kept) => {
    expect(colouredText(text)).toBe(kept);
  });

  test('whatever comes, without its looks it is plain', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\u001b', '[31m', '[', '1;', 'm', 'K', '\u009b', ']0;', '\u0007', '\r', '\n', 'a')),
        (parts) => {
          expect(withoutLooks(colouredText(parts.join('')))).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('the output of a command', () => {
  test('keeps its colours', () => {
    expect(shownLines('\u001b[31mone\u001b[0m\ntwo\n')).toEqual(['\u001b[31mone\u001b[0m', 'two']);
  });

  test('is shown whole when it is short', () => {
    expect(shownLines('a\n\nb\n')).toEqual(['a', '', 'b']);
    expect(shownLines('\n')).toEqual([]);
    expect(shownLines('')).toEqual([]);
  });

  test('keeps the first and the last lines, and says how many are missing between them', () => {
    const lines = shownLines(Array.from({ length: 1_000 }, (_, index) => `line ${index}`).join('\n'));
    expect(lines).toHaveLength(SHOWN_LINES_MAX + 1);
    expect([lines[0], lines[99], lines[100], lines[101], lines.at(-1)]).toEqual([
      'line 0',
      'line 99',
      '… 800 lines left out …',
      'line 900',
      'line 999',
    ]);
  });

  test('never shows more than the bounds, whatever it is, and loses no line unsaid', () => {
    const output = fc.array(
      fc.nat({ max: 3_000 }).map((length) => 'x'.repeat(length)),
      { maxLength: 400 },
    );
    fc.assert(
      fc.property(output, (lines) => {
        const shown = shownLines([...lines, 'last'].join('\n'));
        const left = Number(/^… (\d+) lines/.exec(shown.find((line) => line.startsWith('… ')) ?? '')?.[1] ?? 0);
        expect(shown.join('\n').length).toBeLessThan(SHOWN_CHARACTERS_MAX + 100);
        expect(shown.length).toBeLessThanOrEqual(SHOWN_LINES_MAX + 1);
        expect(shown.length - (left === 0 ? 0 : 1) + left).toBe(lines.length + 1);
        expect(shown.at(-1)).toBe('last');
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['one line', 'x'.repeat(1_200_000)],
    ['carriage returns', '\r'.repeat(1_200_000)],
    ['unfinished sequences', '\u001b]8;;'.repeat(240_000)],
    ['semicolons after an escape', `\u001b${';'.repeat(1_200_000)}`],
    ['a long unfinished sequence', `\u001b[${';a'.repeat(600_000)}`],
  ])('of the largest size is made ready within a second: %s', (_name, output) => {
    const before = performance.now();
    shownLines(output);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

describe('a command as people type it', () => {
  test.each([
    ["/bin/bash -lc 'echo out; exit 0'", 'echo out; exit 0'],
    ["/usr/bin/bash -c 'node --test'", 'node --test'],
    ['/bin/bash -lc ls', 'ls'],
    ['/bin/sh -c "it\'s $HOME \\"x\\" \\\\ \\$y"', 'it\'s $HOME "x" \\ $y'],
    ["/bin/bash -lc 'it'\"'\"'s'", "it's"],
    ["/bin/bash -lc 'a'\\''b'", "a'b"],
    ["/bin/zsh -c 'two\nlines'", 'two\nlines'],
    ['/bin/bash -lc "printf \'a\\\\nb\'"', "printf 'a\\nb'"],
    ["/bin/bash -lc 'one' two", "/bin/bash -lc 'one' two"],
    ["/bin/bash -lc 'never closed", "/bin/bash -lc 'never closed"],
    ['git status --short', 'git status --short'],
    ['python3 -c "print(1)"', 'python3 -c "print(1)"'],
  ])('%s', (command, script) => {
    expect(unwrapShell(command)).toBe(script);
  });

  test('a hostile command is read in linear time', () => {
    const before = performance.now();
    unwrapShell(`/bin/bash -lc ${'"\\'.repeat(300_000)}`);
    unwrapShell(`/bin/bash -lc '${"'".repeat(300_001)} `);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
