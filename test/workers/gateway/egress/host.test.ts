import fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { canonicalHost, matchHosts } from '../../../../workers/gateway/egress/host.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,4}$/);
const host = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
/** The same name as people and programs may write it. */
const spelling = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }), fc.constantFrom('', '.'))
    .map(([upper, dot]) => [...name].map((c, i) => (upper[i] ? c.toUpperCase() : c)).join('') + dot);

describe('an allowed host', () => {
  test.each([
    ['registry.npmjs.org', 'registry.npmjs.org'],
    ['Registry.NPMjs.ORG', 'registry.npmjs.org'],
    ['registry.npmjs.org.', 'registry.npmjs.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['registry。npmjs．org', 'registry.npmjs.org'],
    ['ｒｅｇｉｓｔｒｙ.npmjs.org', 'registry.npmjs.org'],
    ['x--y.example', 'x--y.example'],
    ['1.example', '1.example'],
  ])('%s is the name %s', (text, name) => {
    expect(canonicalHost(text)).toBe(name);
  });

  test.each([
    ['', 'nothing'],
    ['localhost', 'a single label'],
    ['com', 'a single label'],
    ['example.com..', 'an empty label'],
    ['.example.com', 'an empty label'],
    ['ex ample.com', 'a space'],
    ['example.com:443', 'a port'],
    ['user@example.com', 'a user'],
    ['example.com/x', 'a path'],
    ['example.com\\x', 'a path'],
    ['example.com?x', 'a query'],
    ['example.com#x', 'a fragment'],
    ['ex%61mple.com', 'an escape'],
    ['example.com\0.evil.org', 'a zero'],
    ['example.com\r\n', 'a line end'],
    ['-example.com', 'a hyphen first'],
    ['example-.com', 'a hyphen last'],
    ['ex_ample.com', 'an underscore'],
    ['*.example.com', 'a pattern'],
    [`${'a'.repeat(64)}.com`, 'a long label'],
    [`${'a.'.repeat(127)}com`, 'a long name'],
    ['example.123', 'a number last'],
    ['example.0x7f', 'a hexadecimal number last'],
  ])('%j is none: %s', (text) => {
    expect(canonicalHost(text)).toBeNull();
  });

  test('is found however it is spelled, and nothing else is (against a model of label lists)', () => {
    const list = fc.array(fc.tuple(fc.boolean(), host), { maxLength: 5 });
    const asked = host.chain((name) => fc.tuple(fc.constant(name), spelling(name)));
    fc.assert(
      fc.property(list, asked, (entries, [name, spelled]) => {
        const matches = matchHosts(entries.map(([below, entry]) => (below ? `*.${entry}` : entry)));
        const canonical = canonicalHost(spelled);
        expect(canonical).toBe(name);
        expect(matches(canonical ?? '')).toBe(
          entries.some(([below, entry]) => {
            const [have, want] = [name.split('.').toReversed(), entry.split('.').toReversed()];
            const inside = want.every((part, index) => have[index] === part);
            return below ? inside && have.length > want.length : inside && have.length === want.length;
          }),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('is found below a pattern at any depth, and never by a common ending alone', () => {
    const matches = matchHosts(['*.Example.com.', 'one.test']);
    const asked = ['a.example.com', 'b.a.example.com', 'example.com', 'evilexample.com', 'example.com.evil.org'];
    expect(asked.map(matches)).toEqual([true, true, false, false, false]);
    expect(['one.test', 'a.one.test', 'one.test.evil.org'].map(matches)).toEqual([true, false, false]);
  });

  test.each(['', '*', '*.', '10.0.0.1', '*.10.0.0.1', 'https://example.com', 'example.com:443', 'a.*.com', '**.com'])(
    'cannot be written as %j in a list',
    (entry) => {
      expect(() => matchHosts([entry])).toThrow(expect.objectContaining({ code: 'invalid' }));
    },
  );

  test('is never an address, in whatever notation its numbers are written', () => {
    const number = fc.oneof(
      fc.nat(0xffffffff).map(String),
      fc.nat(0xffffffff).map((n) => `0x${n.toString(16)}`),
      fc.nat(0xffffffff).map((n) => `0${n.toString(8)}`),
      fc.nat(255).map((n) => `00000${n}`),
    );
    const numbers = fc.array(number, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
    const wide = fc
      .tuple(numbers, fc.boolean(), fc.constantFrom('', '.'))
      .map(
        ([text, fullWidth, dot]) =>
          (fullWidth ? [...text].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('') : text) +
          dot,
      );
    fc.assert(
      fc.property(fc.oneof(wide, fc.ipV4(), fc.ipV4Extended(), fc.ipV6()), (text) => {
        expect(canonicalHost(text)).toBeNull();
      }),
    );
    expect(canonicalHost('1.example')).toBe('1.example');
  });

  test('whatever is sent, it has no character that could mean something else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const name = canonicalHost(text) ?? 'none.given';
        expect(name).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        expect(isIP(name)).toBe(0);
        expect(canonicalHost(name)).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });
});
