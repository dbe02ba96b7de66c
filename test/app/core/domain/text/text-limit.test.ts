import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutBytes, fitLines, utf8Bytes, wellFormed } from '#core/domain/text/text-limit.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 400 });

it('a cut text fits, is a beginning of the text and never splits a code point', () => {
  fc.assert(
    fc.property(anyText.map(wellFormed), fc.nat(600), (text, bytesMax) => {
      const cut = cutBytes(text, bytesMax);
      expect(utf8Bytes(cut)).toBeLessThanOrEqual(bytesMax);
      expect(text.startsWith(cut)).toBe(true);
      expect(wellFormed(cut)).toBe(cut);
    }),
  );
});

it('lone surrogates become valid UTF-8 and everything else stays', () => {
  expect(wellFormed('a\uD800b\uDC00c😀')).toBe('a\uFFFDb\uFFFDc😀');
});

it('a log keeps its head and its tail, fits, and says how many lines are missing', () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}`);
  const text = fitLines(lines, [], { bytesMax: 3_000, omitted: 0 });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(3_000);
  expect(text.startsWith('line 0\nline 1\n')).toBe(true);
  expect(text.endsWith('\nline 4999')).toBe(true);
  const missing = Number(/… (\d+) lines omitted …/.exec(text)?.[1]);
  expect(missing + text.split('\n').length - 1).toBe(5_000);
});

it('a short log is shown whole, and lines left out before are counted in', () => {
  expect(fitLines(['a', 'b'], ['c'], { bytesMax: 100, omitted: 0 })).toBe('a\nb\nc');
  expect(fitLines(['a'], ['z'], { bytesMax: 1_000, omitted: 7 })).toBe('a\n… 7 lines omitted …\nz');
});

it('any log fits any limit', () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 40 }), fc.integer({ min: 100, max: 3_000 }), (lines, bytesMax) => {
      expect(utf8Bytes(fitLines(lines, [], { bytesMax, omitted: 0 }))).toBeLessThanOrEqual(bytesMax);
    }),
  );
});
