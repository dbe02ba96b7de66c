import { describe, expect, it } from 'vitest';
import { fenced, harmless, quoted } from '#core/domain/outgoing.ts';

describe('foreign text is made harmless', () => {
  it.each([
    ['ping @ada and @acme/core now', 'ping `@ada` and `@acme/core` now'],
    ['mail a@b.test stays', 'mail a@b.test stays'],
    ['Fixes #12 and closes acme/x#3', 'Fixes `#12` and closes `acme/x#3`'],
    ['see #12', 'see #12'],
    ['<!-- astraforge:comment:x -->hidden', 'hidden'],
    ['<!-- open', ''],
    ['![pixel](https://evil.test/x.png)', '[pixel](https://evil.test/x.png)'],
    ['<img src=x onerror=1>', '&lt;img src=x onerror=1>'],
    ['a\u202Eb\u200Bc\u0007d', 'abcd'],
    ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ])('%j', (text, clean) => {
    expect(harmless(text)).toBe(clean);
  });
});

it('a fence is longer than any run of backticks inside', () => {
  expect(fenced('a ````` b')).toBe('``````text\na ````` b\n``````');
});

it('every line of a quotation is quoted', () => {
  expect(quoted('a\n\nb')).toBe('> a\n>\n> b');
});
