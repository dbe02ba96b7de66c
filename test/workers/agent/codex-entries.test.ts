import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunLogEvent, type RunLogEntry } from '#core/contracts/run-log.ts';
import { withoutLooks } from '#core/domain/text/terminal-looks.ts';
import { entriesOf } from '../../../workers/agent/codex-entries.ts';
import { parseCodexLine } from '../../../workers/agent/codex-events.ts';
import { RECORDINGS, recordingFile } from '../../fakes/model/recordings.ts';

const Entry = RunLogEvent.pick({ type: true }).and(RunLogEvent.partial());

function entriesOfText(text: string): RunLogEntry[] {
  return text
    .split('\n')
    .flatMap((line) => entriesOf(parseCodexLine(line), { workspace: '/workspace', resumed: false }));
}

async function recorded(name: string): Promise<RunLogEntry[]> {
  return entriesOfText(await readFile(recordingFile(name), 'utf8'));
}

function item(fields: object, when = 'completed'): string {
  return JSON.stringify({ type: `item.${when}`, item: { id: 'item_0', ...fields } });
}

test('a turn that goes on says so, and that its tokens count the whole conversation', () => {
  const lines = [
    '{"type":"thread.started","thread_id":"t"}',
    '{"type":"turn.completed","usage":{"input_tokens":3,"cached_input_tokens":2,"output_tokens":1}}',
  ];
  const entries = lines.flatMap((line) => entriesOf(parseCodexLine(line), { workspace: '/workspace', resumed: true }));
  expect(entries.map(({ message }) => message)).toEqual([
    'Codex goes on with session t',
    'Codex finished its turn: 3 tokens in (2 cached), 1 out, earlier turns included',
  ]);
});

describe('what the real Codex printed', () => {
  test.each(RECORDINGS.map(({ name }) => name))(
    '%s: every line is an event we know, every entry is valid',
    async (name) => {
      const lines = (await readFile(recordingFile(name), 'utf8')).split('\n').filter((line) => line !== '');
      expect(lines.map((line) => parseCodexLine(line).kind)).toEqual(lines.map(() => 'event'));
      const entries = await recorded(name);
      expect(entries.length).toBeGreaterThan(0);
      for (const entry of entries) expect(Entry.safeParse(entry).success).toBe(true);
    },
  );

  test('a whole run reads as a story: commands, output, exit codes, plan, edit, answer', async () => {
    const entries = await recorded('success');
    const commands = entries.filter((entry) => entry.type === 'command');
    expect(commands).toContainEqual({
      type: 'command',
      stage: 'codex',
      command: 'node --test --test-reporter=spec',
      cwd: '/workspace',
    });
    expect(entries.filter((entry) => entry.exit_code !== undefined).map((entry) => entry.exit_code)).toEqual([
      0, 0, 1, 0, 0,
    ]);
    const messages = entries.map((entry) => entry.message);
    expect(messages).toContain('Exit code 1: node --test --test-reporter=spec');
    expect(messages).toContain('Edited: update src/format-duration.js');
    expect(messages).toContain('Plan:\n[x] Reproduce the failure\n[x] Fix formatDuration\n[ ] Run the tests again');
    expect(messages).toContain('Codex finished its turn: 11000 tokens in (4400 cached), 550 out');
    expect(entries.filter((entry) => entry.type === 'assistant_message').map((entry) => entry.stage)).toEqual([
      'chat',
      'chat',
      'chat',
      'chat',
    ]);
    expect(entries.find((entry) => entry.stage === 'reasoning')).toMatchObject({ type: 'log' });
  });

  test('a reconnection is a status, not an error', async () => {
    const entries = await recorded('reconnected');
    expect(entries.filter((entry) => entry.message?.startsWith('Reconnecting')).map((entry) => entry.type)).toEqual([
      'status',
      'status',
    ]);
    expect(entries.some((entry) => entry.type === 'error')).toBe(false);
  });

  test('control characters of an output are gone, its other characters and its looks are there', async () => {
    const lines = (await recorded('commands')).filter((entry) => entry.type === 'log').map((entry) => entry.message);
    expect(lines.map((line) => withoutLooks(line ?? ''))).toContain('bold  \ufffd größer');
    expect(lines.some((line) => line?.startsWith('\u001b[1mbold\u001b[0m'))).toBe(true);
  });
});

describe('what another Codex could print', () => {
  test.each([
    ['an event nobody knows', '{"type":"thread.compacted","x":1}', 'Codex reported thread.compacted'],
    ['an item nobody knows', item({ type: 'mcp_tool_call' }), 'Codex reported item.completed mcp_tool_call'],
    ['a known item in another shape', item({ type: 'agent_message' }), 'Codex reported item.completed agent_message'],
    ['text that is no JSON', 'thread panicked at src/main.rs', 'thread panicked at src/main.rs'],
    ['JSON that is no event', '[1,2]', '[1,2]'],
    ['cut JSON', '{"type":"turn.comp', '{"type":"turn.comp'],
  ])('%s is a log line', (_name, line, message) => {
    expect(entriesOfText(line)).toEqual([{ type: 'log', stage: 'codex', message }]);
  });

  test('no line at all can break the translation', () => {
    const scrap = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record({ type: fc.constantFrom('item.started', 'item.completed', 'error', 'turn.failed'), item: fc.object() })
        .map((x) => JSON.stringify(x)),
    );
    fc.assert(
      fc.property(scrap, (line) => {
        for (const entry of entriesOf(parseCodexLine(line), { workspace: '/workspace', resumed: false }))
          expect(Entry.safeParse(entry).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('half an event that Codex could not finish is a short line', () => {
    const [entry] = entriesOfText(`{"type":"item.completed","text":"${'x'.repeat(1_000_000)}`);
    expect(entry?.message?.length).toBeLessThan(2_100);
  });

  test('empty lines say nothing', () => {
    expect(entriesOfText('\n  \n')).toEqual([]);
  });

  test('an edit that failed says so, and many files are counted', () => {
    const changes = Array.from({ length: 60 }, (_, index) => ({ path: `/workspace/f${index}`, kind: 'add' }));
    const [entry] = entriesOfText(item({ type: 'file_change', changes, status: 'failed' }));
    expect(entry?.message).toMatch(/^Edit failed: add f0, add f1, .*, add f49, and 10 more$/);
  });

  test('a command that ended without an exit code says so', () => {
    const [entry] = entriesOfText(item({ type: 'command_execution', command: '/bin/bash -lc ls', exit_code: null }));
    expect(entry).toEqual({ type: 'status', stage: 'codex', message: 'Ended without an exit code: ls' });
  });

  test('a huge text is cut in the middle', () => {
    const [entry] = entriesOfText(item({ type: 'agent_message', text: `begin${'x'.repeat(100_000)}end` }));
    expect(entry?.message?.length).toBeLessThan(17_000);
    expect(entry?.message).toMatch(/^begin[^]*characters left out[^]*end$/);
  });
});
