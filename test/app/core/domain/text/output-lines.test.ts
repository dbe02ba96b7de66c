import { expect, test } from 'vitest';
import { splitLines } from '#core/domain/text/output-lines.ts';

function linesOf(chunks: readonly (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => void lines.push(line));
  for (const chunk of chunks) splitter.write(Buffer.from(chunk));
  splitter.end();
  return lines;
}

test('lines come whole, however they were cut', () => {
  expect(linesOf(['one\ntw', 'o\n', '\nthree'])).toEqual(['one', 'two', 'three']);
  const bytes = Buffer.from('prüfung\nß');
  expect(linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['prüfung', 'ß']);
  expect(linesOf(['windows\r', '\nlines\r\n'])).toEqual(['windows', 'lines']);
});

test('of a progress bar the last state counts', () => {
  expect(linesOf(['10%\r50', '%\r100%\n', 'next\n'])).toEqual(['100%', 'next']);
});

test('a line without end is cut, and takes no memory', () => {
  const lines = linesOf([...Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)), '\nshort\n']);
  expect(lines.map(({ length }) => length)).toEqual([2_000, 5]);
});
