import { describe, expect, it, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import type { RunLogEntry, RunLogEvent } from '#core/contracts/run-log.ts';
import { ansiSpans, withoutAnsi } from '../../dashboard/src/log/ansi.ts';
import { LogText } from '../../dashboard/src/log/log-lines.ts';
import { nextOf, placeOf } from '../../dashboard/src/log/places.ts';
import { matchesOf, visibleLines } from '../../dashboard/src/log/visible-lines.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const ids = { request_id: randomUUID(), run_id: randomUUID() };
const event = (entry: RunLogEntry): RunLogEvent => ({ v: 1, ...entry, ...ids, created_at: '2026-11-23T10:00:01.000Z' });
const textOf = (...entries: readonly RunLogEntry[]): LogText => {
  const text = new LogText();
  for (const entry of entries) text.append(event(entry));
  return text;
};
const shown = (text: LogText): string[] => visibleLines(text).map((line) => text.lines[line]?.text ?? '');
const outputs = (count: number): RunLogEntry[] =>
  Array.from({ length: count }, (_, at) => ({ type: 'log', stage: 'codex', message: `out ${at}` }));
const command = (text: string): RunLogEntry => ({ type: 'command', command: text });
const exit = (code: number): RunLogEntry => ({ type: 'status', message: `Exit code ${code}: x`, exit_code: code });

describe('a log as text', () => {
  test('output belongs to its command; long output of one that ended well is folded, any other is not', () => {
    const text = textOf(command('npm ci'), ...outputs(40), exit(0), command('npm test'), ...outputs(40), exit(1));
    text.foldEnded();
    expect(text.blocks).toMatchObject([
      { output: 40, exitCode: 0, isFolded: true },
      { output: 40, exitCode: 1, isFolded: false },
    ]);
    expect(shown(text)).toEqual(['npm ci', 'npm test', ...outputs(40).map(({ message }) => message)]);
  });

  test('what still runs is not folded, and is looked at again when it has ended', () => {
    const text = textOf(command('npm ci'), ...outputs(40));
    text.foldEnded();
    expect(shown(text)).toHaveLength(41);
    text.append(event(exit(0)));
    text.foldEnded();
    expect(shown(text)).toEqual(['npm ci']);
  });

  test('of commands that run at once each has its own output and its own end, whatever is said between', () => {
    const ends = (code: number, of: string): RunLogEntry => ({ ...exit(code), message: `Exit code ${code}: ${of}` });
    const thought: RunLogEntry = { type: 'log', stage: 'reasoning', message: 'Hm.' };
    const text = textOf(command('slow\nof two lines'), thought, command('quick'), ...outputs(2), ends(1, 'slow'));
    expect(text.blocks).toMatchObject([
      { output: 3, exitCode: 1 },
      { output: 0, exitCode: undefined },
    ]);
    for (const entry of [...outputs(9), ends(1, 'quick')]) text.append(event(entry));
    expect(text.blocks).toMatchObject([{ output: 3 }, { output: 9, exitCode: 1 }]);
    expect(text.faults).toEqual([0, 3]);
  });

  test('what ran when a run ended or was begun again does not run for ever', () => {
    const again: RunLogEntry = { type: 'status', stage: 'provisioning', message: 'Workspace is being prepared' };
    const text = textOf(command('a'), again, command('b'), { type: 'completed', message: 'Cancelled', final: true });
    expect(text.blocks.map(({ exitCode }) => exitCode)).toEqual([null, null]);
  });

  test('errors and commands that failed are what one can jump to, in order and round the end', () => {
    const text = textOf(command('a'), exit(2), ...outputs(1), { type: 'error', message: 'It failed' });
    expect(text.faults).toEqual([0, 2]);
    expect(nextOf(text.faults, -1, 1)).toBe(0);
    expect(nextOf(text.faults, 0, 1)).toBe(2);
    expect(nextOf(text.faults, 2, 1)).toBe(0);
    expect(nextOf(text.faults, 0, -1)).toBe(2);
    expect(nextOf([], 0, 1)).toBeUndefined();
  });

  test('words are found in either case, through colours', () => {
    const text = textOf({ type: 'log', message: 'one \u001b[31mFai\u001b[0mled' }, { type: 'log', message: 'fine' });
    expect(matchesOf(text, 'failed')).toEqual([0]);
    expect(matchesOf(text, '')).toEqual([]);
    expect(placeOf([2, 4, 9], 4)).toBe(1);
  });
});

describe('colours of a terminal', () => {
  it.each([
    ['plain', [{ text: 'plain', className: '' }]],
    ['\u001b[31mred\u001b[39m not', [span('red', 'text-ansi-red'), span(' not')]],
    ['\u001b[1;32mgood\u001b[0m', [span('good', 'text-ansi-green font-semibold')]],
    ['\u001b[91mbright', [span('bright', 'text-ansi-red')]],
    ['\u001b[38;5;46mgreen of 256', [span('green of 256', 'text-ansi-green')]],
    ['\u001b[38;2;250;20;240mtrue', [span('true', 'text-ansi-magenta')]],
    ['\u001b[48;5;1mon red', [span('on red')]],
    ['\u001b[2Kgone\u001b[1A', [span('gone')]],
    ['\u001b]8;;https://x\u0007link\u001b]8;;\u0007', [span('link')]],
    ['a\u202eb', [span('a\\u202eb')]],
  ])('%j', (text, spans) => {
    expect(ansiSpans(text)).toEqual(spans);
  });

  test('no hostile text brings a class of its own or a character that is not seen', () => {
    for (const text of HOSTILE_TEXTS) {
      for (const { text: seen, className } of ansiSpans(text)) {
        expect(className).toMatch(/^(?:[a-z-]+(?: [a-z-]+)*)?$/);
        expect(seen).not.toMatch(/[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/);
      }
      expect(withoutAnsi(text)).not.toContain('\u001b[3');
    }
  });
});

function span(text: string, className = '') {
  return { text, className };
}
