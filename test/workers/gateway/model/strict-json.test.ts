import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from '../../../../workers/gateway/model/strict-json.ts';

function why(text: string): string | undefined {
  const parsed = parseStrictJson(Buffer.from(text));
  return parsed.kind === 'unfit' ? parsed.why : undefined;
}

const TWICE = 'it has a key twice in one object';

test('whatever JSON.stringify writes is read as what was written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 4), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseStrictJson(Buffer.from(text))).toEqual({ kind: 'value', value: JSON.parse(text) });
    }),
    { numRuns: 3_000 },
  );
});

test('a key that stands twice in one object is found wherever it is and however it is spelt', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '"', '\\', '\n', 'ü', '🦊'), maxLength: 4 });
  const spelling = fc.constantFrom<(key: string) => string>(JSON.stringify, escaped);
  const around = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => `{"x":"}{\\"","y":[{"a":1,"b":{}},${text}]}`,
    (text) => `[{"k":1},{"k":2,"l":${text}}]`,
    (text) => ` {\n"deep" : {"er" : [ ${text} , null ] } , "deep2" : "," }`,
  );
  fc.assert(
    fc.property(fc.tuple(key, fc.array(key, { maxLength: 3 }), spelling, spelling, around), (drawn) => {
      const [twice, others, one, other, wrap] = drawn;
      const between = [...new Set(others)].filter((name) => name !== twice).map((name) => `${one(name)}:[{"z":"{"}]`);
      const members = [`${one(twice)}:{"n":1}`, ...between, `${other(twice)}:"x"`];
      expect(why(wrap(`{${members.join(',')}}`))).toBe(TWICE);
      expect(why(wrap(`{${members.slice(1).join(' , ')}}`))).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
});

function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}

test('text that JSON.parse does not take is not taken, and nothing throws', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '"a"', '1', 'null', ' ', '\\u00', '\u0000');
  let taken = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parseStrictJson(Buffer.from(text));
      if (parsed.kind === 'value') taken += 1;
      if (parsed.kind === 'value') expect(parsed.value).toEqual(JSON.parse(text));
      else if (parsed.why !== TWICE) expect(() => void JSON.parse(text)).toThrow(SyntaxError);
    }),
    { numRuns: 10_000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test.each([
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
  ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ['UTF-16', Buffer.from('{}', 'utf16le')],
  ['nothing', Buffer.alloc(0)],
  ['two values', Buffer.from('{}{}')],
  ['a comment', Buffer.from('{/**/}')],
  ['a single quote', Buffer.from("{'a':1}")],
])('what servers may read differently is refused: %s', (_name, bytes) => {
  expect(parseStrictJson(bytes).kind).toBe('unfit');
});

test('depth and count are bounded before anything is built', () => {
  expect(why('['.repeat(100) + ']'.repeat(100))).toBeUndefined();
  expect(why('['.repeat(101) + ']'.repeat(101))).toBe('it is nested too deeply');
  expect(why(`[${'0,'.repeat(999_000)}0]`)).toBeUndefined();
  expect(why(`[${'0,'.repeat(1_000_001)}0]`)).toBe('it has too many parts');
  expect(why('['.repeat(5_000_000))).toBe('it is nested too deeply');
});

test.each([
  ['quotes', '\\"'],
  ['backslashes', '\\\\'],
  ['plain text', 'ab'],
])('a string of sixteen million characters takes no longer than a moment: %s', (_name, unit) => {
  const text = `{"a":"${unit.repeat(8_000_000)}"}`;
  const before = performance.now();
  expect(why(text)).toBeUndefined();
  expect(performance.now() - before).toBeLessThan(5_000);
});
