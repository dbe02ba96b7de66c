import { describe, expect, test } from 'vitest';
import { numberedPatch } from '../../../workers/agent/prompt-diff.ts';
import { aRequest } from '../../app/core/domain/samples.ts';
import {
  aComment,
  aLinked,
  aDiff,
  aFile,
  aMessage,
  aThread,
  blockOf,
  blocksOf,
  oursOf,
  rendered,
  REVIEW,
} from './prompt-scene.ts';

const PLACE = { path: 'src/a b.ts', line: 12, hunk: '@@ -10,2 +11,2 @@\n a\n+b' };
const names = (prompt: string): string[] => blocksOf(prompt).map(([name]) => name);

describe('the conversation in a prompt', () => {
  test('has each comment with author, time and place, and resolved ones as such', () => {
    const bot = { id: 9, login: 'renovate[bot]', bot: true };
    const prompt = rendered({
      thread: aThread(
        [
          aComment({ body: 'First.' }),
          aComment({
            author: bot,
            createdAt: '2026-01-01T10:00:00Z',
            at: PLACE,
            discussion: { id: 'd', resolved: true },
          }),
        ],
        { linked: [aLinked({ number: 7, title: 'Why', body: 'Because.' })] },
      ),
    });
    expect(blocksOf(prompt).slice(3)).toEqual([
      ['LINKED issue #7', 'Why\n\nBecause.'],
      ['COMMENT 1 by ada at 2026-01-01T00:00:00Z', 'First.'],
      ['COMMENT 2 by renovate[bot] (a program) at 2026-01-01T10:00:00Z, resolved', 'Words.'],
      ['PLACE of COMMENT 2', `src/a b.ts, line 12\n${PLACE.hunk}`],
    ]);
  });

  test('shows the thread as it was when the request was made', () => {
    const prompt = rendered({ thread: aThread([]) });
    expect([blockOf(prompt, 'TITLE'), blockOf(prompt, 'BODY')]).toEqual(['Rounding is wrong', 'See the test.']);
    expect(prompt).not.toContain('of now');
  });

  test('keeps the beginning and the newest when it is long, and says how many are left out', () => {
    const comments = Array.from({ length: 300 }, (_, id) => aComment({ id, body: `${id} ${'x'.repeat(2_000)}` }));
    const prompt = rendered({ thread: aThread(comments, { omitted: 40 }) });
    const kept = names(prompt).slice(3);
    expect(kept[0]).toMatch(/^COMMENT 1 /);
    expect(kept.at(-1)).toMatch(/^COMMENT 300 /);
    expect(kept.length).toBeGreaterThan(80);
    expect(kept.length).toBeLessThan(100);
    expect(oursOf(prompt)).toContain(`${300 - kept.length + 40} comments from the middle of it are left out here.`);
  });
});

describe('a follow-up', () => {
  const messages = [aMessage(), aMessage({ text: 'Not like this.', trigger: REVIEW })];
  const thread = aThread([aComment({ id: 7, at: PLACE })]);

  test('to an agent that remembers has only what is new', () => {
    const prompt = rendered({ messages, thread, resumed: true });
    expect(blocksOf(prompt)).toEqual([
      ['MESSAGE 1 by ada at 2026-01-02T00:00:00Z', 'And the docs.'],
      ['MESSAGE 2 by ada at 2026-01-02T00:00:00Z', 'Not like this.'],
      ['PLACE of MESSAGE 2', 'src/a b.ts, line 12\n@@ -1 +1 @@\n-<!-- old -->\n+new'],
    ]);
    expect(prompt).toContain('You know the request');
    expect(prompt).not.toContain('You remember nothing');
  });

  test('to one that remembers nothing says what came before', () => {
    const prompt = rendered({ messages, thread });
    expect(names(prompt).map((name) => name.split(' by ')[0])).toEqual([
      'REQUEST',
      'TITLE',
      'BODY',
      'COMMENT 1',
      'PLACE of COMMENT 1',
      'MESSAGE 1',
      'MESSAGE 2',
      'PLACE of MESSAGE 2',
    ]);
    expect(prompt).toContain('You remember nothing of your earlier work.');
  });

  test('without a new word lets the agent go on where it ended', () => {
    expect(rendered({ resumed: true })).toContain('Nothing was said since your last turn: go on');
    expect(rendered({ resumed: true, messages })).not.toContain('Nothing was said');
  });

  test('with more messages than there is room for keeps the newest and says so', () => {
    const many = Array.from({ length: 30 }, (_, index) => aMessage({ text: `${index} ${'x'.repeat(15_000)}` }));
    const prompt = rendered({ messages: many, resumed: true });
    expect(names(prompt).at(0)).toMatch(/^MESSAGE 18 /);
    expect(names(prompt).at(-1)).toMatch(/^MESSAGE 30 /);
    expect(prompt).toContain('17 older messages are left out here.');
  });
});

describe('other duties', () => {
  test('a plan is asked for, in four parts and at most 400 words, and nothing is to be changed', () => {
    const prompt = rendered({ duty: { kind: 'plan' } });
    for (const part of ['change nothing', 'at most 400 words', '**Goal**', '**Steps**', '**Risks**', '**Check**'])
      expect(prompt).toContain(part);
    expect(prompt).not.toContain('Leave your changes in the working tree');
  });

  test('a plan that was approved is carried out, and is data', () => {
    const duty = { kind: 'carry-out', plan: '1. Change `a.ts`.\n<!-- and b -->' } as const;
    const prompt = rendered({ duty, resumed: true });
    expect(blocksOf(prompt)).toEqual([['PLAN', '1. Change `a.ts`.']]);
    expect(names(rendered({ duty }))).toEqual(['REQUEST', 'TITLE', 'BODY', 'PLAN']);
  });

  test('a fix has open remarks by discussion and the ends of failed logs', () => {
    const open = { id: 'd', resolved: false };
    const comments = [
      aComment({ body: 'Wrong.', at: PLACE, discussion: open }),
      aComment({ body: 'Talk.' }),
      aComment({ body: 'Done.', discussion: { id: 'e', resolved: true } }),
      aComment({ body: 'Indeed.', at: PLACE, discussion: open }),
    ];
    const log = `${'x'.repeat(30_000)}\n\u001b[31mAssertionError\u001b[0m`;
    const failedJobs = [
      { name: 'unit\ntests', url: 'u', log },
      { name: 'lint', url: 'u', log: '' },
    ];
    const prompt = rendered({ duty: { kind: 'fix', failedJobs }, thread: aThread(comments) });
    const shown = blocksOf(prompt).slice(3);
    expect(shown.map(([name]) => name.split(' by ')[0])).toEqual([
      'COMMENT 1',
      'COMMENT 2',
      'REMARK 1',
      'PLACE of REMARK 1',
      'ANSWER to REMARK 1',
      'JOB 1',
      'JOB 2',
    ]);
    expect(blockOf(prompt, 'PLACE of REMARK 1')).toBe(`src/a b.ts, line 12\n${PLACE.hunk}`);
    expect(blockOf(prompt, 'JOB 1')).toMatch(/^unit tests\n… 10015 characters left out …\nx+\nAssertionError$/);
    expect(blockOf(prompt, 'JOB 2')).toBe('lint\n(the host gives no log)');
    expect(names(rendered({ duty: { kind: 'fix', failedJobs: [] } }))).toEqual(['REQUEST', 'TITLE', 'BODY']);
  });

  test('a review has the diff with line numbers, names what is not shown, and asks for JSON', () => {
    const files = [
      aFile({ path: 'new.ts', oldPath: 'old.ts', status: 'renamed', patch: '@@ -7,2 +7,3 @@ f\n a\n-b\n+c\n+d' }),
      aFile({ path: 'picture.png', status: 'added', patch: null }),
      ...Array.from({ length: 30 }, (_, index) => aFile({ path: `${index}.ts`, patch: `+${'x'.repeat(50_000)}` })),
    ];
    const request = aRequest({ thread: { kind: 'pull', number: 5, title: 'T', body: 'B' } });
    const prompt = rendered({ request, duty: { kind: 'review', diff: aDiff(files, true) } });
    expect(blockOf(prompt, 'FILE 1,')).toBe(
      [
        'new.ts (was old.ts)',
        '@@ -7,2 +7,3 @@ f',
        '     7      7  a',
        '     8        -b',
        '            8 +c',
        '            9 +d',
      ].join('\n'),
    );
    const unshown = blockOf(prompt, 'UNSHOWN')?.split('\n') ?? [];
    expect(unshown[0]).toBe('picture.png');
    expect(unshown.slice(-2)).toEqual(['29.ts', 'and files that the Git host did not name']);
    expect(names(prompt).filter((name) => name.startsWith('FILE'))).toHaveLength(files.length + 1 - unshown.length);
    expect(prompt).toContain('a single JSON object and nothing else');
    expect(Buffer.byteLength(prompt)).toBeLessThan(450_000);
  });

  test('lines outside of hunks, and notes on line ends, have no numbers', () => {
    const patch = 'similarity index 90%\n@@ -3 +3 @@\n-a\n\\ No newline at end of file\n+b\n';
    expect(numberedPatch(patch).split('\n')).toEqual([
      'similarity index 90%',
      '@@ -3 +3 @@',
      '     3        -a',
      '\\ No newline at end of file',
      '            3 +b',
      '',
    ]);
  });
});
