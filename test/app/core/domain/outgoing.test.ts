import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenced, harmless, quoted } from '#core/domain/outgoing.ts';

describe('foreign text is made harmless', () => {
  it.each([
    ['ping @ada and `@acme/core now', 'ping @\u200Bada and `@\u200Bacme/core now'],
    ['a lone @ stays', 'a lone @ stays'],
    ['Fixes #12 and closes acme/x#3', 'F\u200Bixes #12 and c\u200Bloses acme/x#3'],
    ['resolved: GH-4, fix https://x.test/a/b/issues/3', 'r\u200Besolved: GH-4, f\u200Bix https://x.test/a/b/issues/3'],
    ['fixes the bug', 'fixes the bug'],
    ['see #12', 'see #12'],
    ['<!-- astraforge:comment:x -->seen', '&lt;!-- astraforge:comment:x -->seen'],
    ['<!-- open', '&lt;!-- open'],
    ['![pixel](https://evil.test/x.png)', '!\\[pixel](https://evil.test/x.png)'],
    ['!![x](https://evil.test/x.png)', '!!\\[x](https://evil.test/x.png)'],
    ['<img src=x onerror=1>', '&lt;img src=x onerror=1>'],
    ['a\u202Eb\u200Bc\u0007d', 'abcd'],
    ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ])('%j', (text, clean) => {
    expect(harmless(text)).toBe(clean);
  });
});

it('no text, however it is nested, becomes an image or a hidden comment', () => {
  const pieces = fc.constantFrom('!', '[', '<', '!--', '<!--', '-->', '-', 'x', '](https://evil.test)');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const clean = harmless(parts.join(''));
      expect(clean).not.toContain('![');
      expect(clean).not.toContain('<!--');
    }),
  );
});

it('a fence is longer than any run of backticks inside', () => {
  expect(fenced('a ````` b')).toBe('``````text\na ````` b\n``````');
});

it('every line of a quotation is quoted', () => {
  expect(quoted('a\n\nb')).toBe('> a\n>\n> b');
});
