import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineReader } from '../../../workers/agent/read-lines.ts';

function readAll(chunks: readonly Uint8Array[], bytesMax = 1_000): string[] {
  const lines: string[] = [];
  const reader = createLineReader(bytesMax, {
    onLine: (line) => lines.push(line),
    onTooLong: (bytes) => lines.push(`<${bytes}>`),
  });
  for (const chunk of chunks) reader.write(chunk);
  reader.end();
  return lines;
}

const line = fc.string({ unit: fc.constantFrom('a', 'ä', '大', '🦊', ' ', '\t') });

test('lines are the same wherever the bytes are cut, also inside a character', () => {
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat({ max: 200 })), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const chunks: Buffer[] = [];
      let from = 0;
      for (const cut of cuts) {
        chunks.push(bytes.subarray(from, from + cut));
        from += cut;
      }
      expect(readAll([...chunks, bytes.subarray(from)])).toEqual(lines);
    }),
    { numRuns: 1_000 },
  );
});

test('a last line without an end is given out, nothing after the last end is not a line', () => {
  expect(readAll([Buffer.from('a\nb')])).toEqual(['a', 'b']);
  expect(readAll([Buffer.from('a\n')])).toEqual(['a']);
  expect(readAll([])).toEqual([]);
});

test('CRLF ends a line as well', () => {
  expect(readAll([Buffer.from('a\r'), Buffer.from('\n\r\nb')])).toEqual(['a', '', 'b']);
});

test('bytes that are no UTF-8 are replaced and harm no other line', () => {
  expect(readAll([Buffer.from([0x61, 0xff, 0x0a, 0x62, 0x0a])])).toEqual(['a\ufffd', 'b']);
});

test('a line over the bound is told by its length, and the next one is read', () => {
  const long = Buffer.alloc(5_000, 'x');
  expect(readAll([long, Buffer.from('\nnext\n')])).toEqual(['<5000>', 'next']);
  expect(readAll([Buffer.alloc(1_000, 'x'), Buffer.from('\n')])).toEqual(['x'.repeat(1_000)]);
  expect(readAll([Buffer.alloc(1_001, 'x')])).toEqual(['<1001>']);
});

test('a chunk whose memory is used again by its sender does not change what was kept', () => {
  const chunk = Buffer.from('abc');
  const lines: string[] = [];
  const reader = createLineReader(10, { onLine: (text) => lines.push(text), onTooLong: () => undefined });
  reader.write(chunk);
  chunk.fill('z');
  reader.write(Buffer.from('\n'));
  expect(lines).toEqual(['abc']);
});

test('a long line that comes byte by byte costs a few bytes of memory for each', () => {
  const bytes = 2 * 1024 * 1024;
  const before = process.memoryUsage();
  const reader = createLineReader(bytes, { onLine: () => undefined, onTooLong: () => undefined });
  const one = Buffer.from('x');
  for (let at = 0; at < bytes; at += 1) reader.write(one);
  const { heapUsed, external } = process.memoryUsage();
  expect(heapUsed + external - before.heapUsed - before.external).toBeLessThan(64 * 1024 * 1024);
  reader.end();
});
