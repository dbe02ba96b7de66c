import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replyBody, projectComment } from '#core/domain/comment.ts';
import { parseText, TEXT_CHARS_MAX } from '#core/domain/command.ts';
import { visibleText } from '#core/domain/visible-text.ts';
import { aRequest, aRun } from './samples.ts';

const parse = (text: string) => parseText(text, 'astraforge');

describe('a mention with words after it is a command', () => {
  it.each([
    ['@astraforge fix the failing test', 'fix the failing test'],
    ['Hi! @AstraForge, please fix it', 'please fix it'],
    ['@astraforge[bot] fix it', 'fix it'],
    ['one\n\n@astraforge: fix it\n\n```\nstack\n```\n', 'fix it\n\n```\nstack\n```'],
    ['> quoted\n\n@astraforge -m injected', '-m injected'],
    ['`code` then @astraforge do `this`', 'do `this`'],
    ['<!-- note -->\n@astraforge do it', 'do it'],
    ['a lone ` tick\n\n@astraforge do it', 'do it'],
    ['İİİ @astraforge do it', 'do it'],
    ['the sign `<!--` opens a comment, @astraforge do it', 'do it'],
    ['<!--\n```\n-->\n@astraforge do it', 'do it'],
  ])('%j', (text, prompt) => {
    expect(parse(text)).toEqual({ kind: 'command', verb: 'run', prompt });
  });
});

describe('a mention that does not speak for its author is ignored', () => {
  it.each([
    '> @astraforge fix it',
    '`@astraforge fix it`',
    '``a ` @astraforge fix``',
    '```\n@astraforge fix it\n```',
    '~~~~\n@astraforge fix it\n~~~\nstill inside\n~~~~',
    '```\n@astraforge in a fence that never ends',
    '    @astraforge indented code',
    '<!-- @astraforge fix it -->',
    '<!-- @astraforge unterminated',
    '<!-- ` --> ` @astraforge in a span `',
    '<!--\n\n@astraforge over lines\n-->',
    'mail me@astraforge now',
    '@astraforge-ops fix it',
    '@astraforge/team fix it',
    'no mention at all',
    '',
  ])('%j', (text) => {
    expect(parse(text)).toEqual({ kind: 'ignore' });
  });
});

it('a bare mention and a call for help get a short reply', () => {
  expect(parse('@astraforge')).toEqual({ kind: 'reply', topic: 'empty' });
  expect(parse('thanks @astraforge :')).toEqual({ kind: 'reply', topic: 'empty' });
  expect(parse('@astraforge help!')).toEqual({ kind: 'reply', topic: 'help' });
});

it('never recognises a command in our own output, whatever was asked and answered', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.boolean(), (text, mention) => {
      const prompt = mention ? `@astraforge ${text}` : text;
      const run = aRun({ status: 'unchanged', finalMessage: prompt });
      const body = projectComment(aRequest({ prompt }), run, { checkUrl: 'https://x.test/1', now: run.createdAt });
      expect(parse(body).kind).not.toBe('command');
    }),
    { numRuns: 500 },
  );
  expect(parse(replyBody('id', 'for example: `@astraforge fix the failing test`.')).kind).toBe('ignore');
});

it('blanking keeps every position and line end of the text', () => {
  const pieces = fc.constantFrom(
    '`',
    '``',
    '```',
    '~~~',
    '\n',
    '\n\n',
    '> ',
    '    ',
    '<!--',
    '-->',
    '@astraforge',
    'x',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const text = parts.join('');
      const visible = visibleText(text);
      expect(visible.length).toBe(text.length);
      for (let at = 0; at < text.length; at += 1) expect([text[at], ' ']).toContain(visible[at]);
    }),
    { numRuns: 2_000 },
  );
});

it('reads the longest hostile text at all: anything worse than linear would not end before the test does', () => {
  for (const piece of ['`', '` ', '``a`', '<!--', '<!-- -->', '@astraforge/', '```\n', '> ', '\n\n', '~~~\n']) {
    const text = piece.repeat(Math.ceil(TEXT_CHARS_MAX / piece.length)).slice(0, TEXT_CHARS_MAX);
    expect(parse(text).kind, JSON.stringify(piece)).not.toBe('command');
  }
  expect(parse('x'.repeat(TEXT_CHARS_MAX + 1))).toEqual({ kind: 'ignore' });
});
