import fc from 'fast-check';
import { expect, it } from 'vitest';
import { projectComment, replyBody } from '#core/domain/request/comment.ts';
import type { CommandWords } from '#core/domain/command/command.ts';
import { VERBS, type Verb } from '#core/domain/command/command-list.ts';
import { helpText } from '#core/domain/command/help.ts';
import { blockedLine, headline, savedLine } from '#core/domain/run/outcome.ts';
import { parseText, TEXT_CHARS_MAX } from '#core/domain/command/parse-text.ts';
import { commitMessage, projectProposal, titleOf, unfinishedMessage } from '#core/domain/run/proposal.ts';
import { aRequest, aRun } from '../samples.ts';

const HOSTILE_RUNS = 100_000;
const WORDS: CommandWords = {
  mention: 'astraforge',
  aliases: new Map<string, Verb>(VERBS.map((verb) => [`/${verb}`, verb])),
};
const parse = (text: string) => parseText(text, WORDS);

/** What commands, and attempts to slip one in, are made of. */
const PIECES = [
  ...VERBS,
  ...[
    '@astraforge',
    '@AstraForge[bot]',
    '/astraforge',
    '/approve',
    '/plan',
    '@',
    '/',
    'astraforge',
    'allow host',
    'why',
  ],
  ...[
    '--model',
    '--draft',
    '--max-cost=',
    '--base',
    '--',
    '--x',
    '—draft',
    '$5',
    '200k',
    'main',
    'a.example.com',
    'once',
  ],
  ...[
    '`',
    '```',
    '~~~',
    '<!--',
    '-->',
    '> ',
    '    ',
    '\t',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    ' ',
    ' ',
    ',',
    '?',
    '|',
    '\\',
    '*',
  ],
  ...[
    '\u200B',
    '\uFEFF',
    '\u202E',
    '\u2066',
    '\u00AD',
    '\u{E0061}',
    '\uD800',
    '\u2028',
    'İ',
    '修',
    '👍',
    'aprove',
    'please',
  ],
];
const hostile = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `@astraforge ${text}`) },
);

it(`no text of ${HOSTILE_RUNS} hostile ones makes the parser throw, and no reply to one reads as a call`, () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(hostile, (text) => {
      const parsed = parse(text);
      seen.set(parsed.kind, (seen.get(parsed.kind) ?? 0) + 1);
      if (parsed.kind !== 'reply') return;
      const called = [parsed.text, replyBody('id', parsed.text)].filter((reply) => parse(reply).kind !== 'ignore');
      if (called.length > 0) expect(called).toEqual([]);
    }),
    { numRuns: HOSTILE_RUNS },
  );
  for (const kind of ['command', 'reply', 'ignore']) expect(seen.get(kind)).toBeGreaterThan(HOSTILE_RUNS / 100);
}, 240_000);

it('never recognises a command in our own output, whatever was asked and answered', () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 200 })), (text) => {
      for (const prompt of [text, `@astraforge ${text}`, `/approve ${text}`, `\n/astraforge ${text}`]) {
        const run = aRun({
          status: 'unchanged',
          finalMessage: prompt,
          failure: { code: 'agent', message: prompt },
          blocked: { 'a.example.com': 3 },
          savedBranch: 'astraforge/wip/5',
        });
        const request = aRequest({ prompt });
        const proposal = projectProposal(request, run, { runUrl: 'https://x.test/1', now: run.createdAt });
        const texts = [
          projectComment(request, run, { checkUrl: 'https://x.test/1', now: run.createdAt }),
          proposal.title,
          proposal.body,
          titleOf(prompt),
          commitMessage(request),
          unfinishedMessage(request, prompt),
          headline(run, request.repo.provider),
          blockedLine(run) ?? '',
          savedLine(run) ?? '',
        ];
        expect(texts.filter((output) => parse(output).kind !== 'ignore')).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
}, 240_000);

it('help is never read as a call, whole or by line', () => {
  for (const text of [helpText(WORDS), ...VERBS.map((verb) => helpText(WORDS, verb))])
    for (const output of [text, replyBody('id', text), ...text.split('\n')])
      expect(parse(output), output).toEqual({ kind: 'ignore' });
});

it('a prompt is what stands after the command, character by character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const written = `word ${text}`.replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
      for (const [before, verb] of [
        ['@astraforge run ', 'run'],
        ['/astraforge plan --draft ', 'plan'],
        ['/fix\t', 'fix'],
      ])
        expect(parse(`${before}${written}`)).toMatchObject({ command: { verb, prompt: written.trim() } });
    }),
    { numRuns: 2_000 },
  );
});

it('reads the longest hostile text at all: anything worse than linear would not end before the test does', () => {
  const pieces = [
    '`',
    '` ',
    '``a`',
    '<!--',
    '<!-- -->',
    '@astraforge/',
    '```\n',
    '> ',
    '\n\n',
    '~~~\n',
    '\u200B',
    ' \u200B',
  ];
  const many = (piece: string) => piece.repeat(Math.ceil(TEXT_CHARS_MAX / piece.length)).slice(0, TEXT_CHARS_MAX);
  for (const piece of pieces) expect(parse(many(piece)).kind, JSON.stringify(piece)).not.toBe('command');
  const begun = [
    '\u200B',
    ' \u200B',
    '--',
    '-- ',
    '--draft ',
    '--x=',
    '\n/approve',
    '@astraforge ',
    '/astraforge\u200B',
    '!',
    ',',
    'aprove ',
  ];
  for (const piece of begun)
    for (const start of ['@astraforge ', '@astraforge status ', '/allow-host ', '/astraforge run --model ', '\u200B '])
      expect(['command', 'reply', 'ignore']).toContain(parse(`${start}${many(piece)}`.slice(0, TEXT_CHARS_MAX)).kind);
  expect(parse('x'.repeat(TEXT_CHARS_MAX + 1))).toEqual({ kind: 'ignore' });
});
