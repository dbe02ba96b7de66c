import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeRanges } from '#core/domain/change/code-ranges.ts';
import { fenced, harmless, harmlessTitle, quoted, quotedHarmless } from '#core/domain/text/outgoing.ts';
import { utf8Bytes } from '#core/domain/text/text-limit.ts';

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

const APART = '\u200B';

describe('a name in code stays as it is, to be copied', () => {
  it.each([
    ['a code span', 'install `@acme/core` now', 'install `@acme/core` now'],
    ['a code span of two backticks', 'run `` npm i @acme/`x` `` now', 'run `` npm i @acme/`x` `` now'],
    ['a fenced block', 'do:\n```sh\nnpm i @acme/core\n```\n', 'do:\n```sh\nnpm i @acme/core\n```\n'],
    ['a fence of tildes, and the text after it', '~~~\n@a\n~~~\n@b `@c`', `~~~\n@a\n~~~\n@${APART}b \`@c\``],
    ['a fence that is never closed', 'x\n```\n@a\n\n@b', 'x\n```\n@a\n\n@b'],
    ['spans in a list', '- `@a/b`\n- `@c/d` by @ada', `- \`@a/b\`\n- \`@c/d\` by @${APART}ada`],
    ['a span beside a name', '`@a/b` and @ada', `\`@a/b\` and @${APART}ada`],
  ])('%s', (_, text, clean) => {
    expect(harmless(text)).toBe(clean);
  });

  // Each of these is text on GitHub, or could be, although something that looks like code is around it.
  it.each([
    ['an odd backtick before', 'a ` b\n`@ada` c'],
    ['an odd backtick alone', 'a `@ada'],
    ['an escaped backtick', '\\`@ada`'],
    ['backticks in different paragraphs', 'a `\n\n@ada ` b'],
    ['backticks in different items of a list', '- a `\n- @ada `'],
    ['a heading that ends the paragraph', '# a `\n@ada ` b'],
    ['cells of a table', '| a | b |\n|---|---|\n| ` | @ada ` |'],
    ['a tag with backticks in it', '<a title="`">@ada<b title="`">'],
    ['an HTML block', '<div>\n`@ada`\n</div>'],
    ['an HTML block over blank lines', '<textarea>\n\n`@ada`'],
    ['an address with a backtick', 'https://x.test/` @ada `'],
    ['www and a backtick', 'WWW.x.test/` @ada `'],
    ['a link target with a backtick', '[a](`b) @ada `c'],
    ['a link title with a backtick', "[a](b '`') @ada '`'"],
    ['a link label with a backtick', '[a][`b] @ada `c\n\n[`b]: /x'],
    ['mathematics', '$`$ @ada $`$'],
    ['a fence in a list that ends with it', '- ```\n  x\n  ```\n@ada\n```'],
    ['a fence in a quotation', '> ```\n@ada\n```'],
    ['a fence that is too short to close', '````\n```\n````\n@ada'],
    ['a fence closed by more signs', '```\nx\n`````\n@ada'],
    ['a fence closed before a no-break space', '```\nx\n```\n@ada \u00A0'],
    ['a fence whose words hold a backtick', '```a`b\n@ada\n```'],
    ['indented code', 'a\n    @ada'],
    ['a line that is blank but for a no-break space', 'a `\n\u00A0\n@ada ` b'],
  ])('but not after %s', (_, text) => {
    expect(harmless(text)).toContain(`@${APART}ada`);
    expect(harmless(text)).not.toMatch(/@ada/);
  });
});

it('whatever the text, only code keeps a mention, and nothing but marks is added', () => {
  const pieces = fc.constantFrom(
    '`',
    '``',
    '```',
    '~~~',
    '\n',
    '\n\n',
    '@a',
    ' ',
    '- ',
    '> ',
    '|',
    '$',
    '<b ',
    '\\',
    '](',
    'x:',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      const clean = harmless(text);
      expect(clean.replaceAll(APART, '')).toBe(text);
      let outside = clean;
      for (const [from, to] of codeRanges(clean).toReversed())
        outside = `${outside.slice(0, from)}${' '.repeat(to - from)}${outside.slice(to)}`;
      expect(outside).not.toMatch(/@[A-Za-z0-9]/);
    }),
    { numRuns: 2_000 },
  );
});

it('a title has no code: backticks protect no name in it', () => {
  expect(harmlessTitle('Use `@acme/core`, fixes #3')).toBe(`Use \`@${APART}acme/core\`, f${APART}ixes #3`);
});

it('a quotation that is cut leaves no name live that its code had protected', () => {
  const text = `\`${'x'.repeat(60)} @ada ${'y'.repeat(60)}\``;
  expect(quotedHarmless(text, 1_000)).toContain('@ada');
  const short = quotedHarmless(text, 90);
  expect(short).toContain(`@${APART}ada`);
  expect(utf8Bytes(short)).toBeLessThanOrEqual(90);
});

it('reading code takes time in proportion to the text', () => {
  for (const part of ['`', '` ', '``a`', ':', '$`', '> ```\n', '`\n', '](', '<a ', '@a ']) {
    const before = Date.now();
    harmless(part.repeat(200_000 / part.length));
    expect(Date.now() - before, part).toBeLessThan(2_000);
  }
});

it('a fence is longer than any run of backticks inside', () => {
  expect(fenced('a ````` b')).toBe('``````text\na ````` b\n``````');
});

it('every line of a quotation is quoted', () => {
  expect(quoted('a\n\nb')).toBe('> a\n>\n> b');
});
