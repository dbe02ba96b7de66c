import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readComplaints } from '../../../workers/agent/codex-complaints.ts';
import { parseCodexLine } from '../../../workers/agent/codex-events.ts';
import { outcomeOf, type CodexEnd } from '../../../workers/agent/codex-result.ts';
import { lastAnswer } from '../../../workers/agent/codex-session.ts';
import { createTurnRecord, type CodexTurn } from '../../../workers/agent/codex-turn.ts';
import { recordingFile } from '../../fakes/model/recordings.ts';

const STARTED = '{"type":"turn.started"}';
const COMPLETED = '{"type":"turn.completed"}';
const FAILED = '{"type":"turn.failed","error":{"message":"no"}}';
const COMMAND = JSON.stringify({
  type: 'item.completed',
  item: { type: 'command_execution', id: 'i', command: 'ls', exit_code: 0 },
});
const FAULT = '2026-11-23T15:05:34.219582Z ERROR codex_core::tools::router: error=unsupported call: no_such_tool';

function turnOf(lines: readonly string[]): CodexTurn {
  const record = createTurnRecord();
  for (const line of lines) record.note(parseCodexLine(line));
  return record.turn();
}

function endOf(
  lines: readonly string[],
  given: { code?: number | null; stderr?: string; end?: CodexEnd['exit']['end']; idle?: boolean; images?: number },
): CodexEnd {
  const complaints = readComplaints(() => undefined);
  complaints.write(Buffer.from(given.stderr ?? ''));
  const exit = { end: given.end ?? 'exited', exitCode: given.code === undefined ? 0 : given.code };
  const task = { timeoutMs: 1_800_000, idleMs: 900_000, outputBytesMax: 1_000 };
  const { idle = false, images = 0 } = given;
  return { exit, turn: turnOf(lines), complaints: complaints.end(), idle, images, task };
}

describe('how a run of Codex ended', () => {
  test.each([
    ['turn completed, code 0', [STARTED, COMPLETED], {}],
    ['turn completed after an earlier failure', [STARTED, FAILED, STARTED, COMPLETED], {}],
    ['turn completed, one tool refused and another worked', [STARTED, COMMAND, COMPLETED], { stderr: FAULT }],
    ['turn completed, warnings on stderr', [STARTED, COMPLETED], { stderr: 'WARNING: no PATH aliases' }],
  ])('succeeded: %s', (_name, lines, given) => {
    expect(outcomeOf(endOf(lines, given))).toEqual({ outcome: 'succeeded', reason: null });
  });

  test.each([
    ['nothing at all', [], {}, 'Codex ended with code 0 before its turn was over'],
    ['a turn that was never ended', [STARTED, COMMAND], {}, 'Codex ended with code 0 before its turn was over'],
    [
      'a second turn that was never ended',
      [STARTED, COMPLETED, STARTED],
      {},
      'Codex ended with code 0 before its turn was over',
    ],
    ['only a word on stderr', [], { stderr: 'boom\n' }, 'Codex ended with code 0 before its turn was over\nboom'],
    ['killed', [STARTED], { code: 137 }, 'Codex ended with code 137'],
    [
      'a code after a completed turn',
      [STARTED, COMPLETED],
      { code: 1, stderr: 'a\nb\n' },
      'Codex ended with code 1\na\nb',
    ],
    ['a failed turn', [STARTED, FAILED], { code: 1, stderr: 'x' }, 'Codex failed: no'],
    ['a failed turn and code 0', [STARTED, COMPLETED, FAILED], {}, 'Codex failed: no'],
    [
      'no tool worked',
      [STARTED, COMPLETED],
      { stderr: FAULT },
      'Codex could use none of its tools: unsupported call: no_such_tool',
    ],
  ])('failed: %s', (...[, lines, given, reason]) => {
    expect(outcomeOf(endOf(lines, given))).toEqual({ outcome: 'failed', reason });
  });

  test.each([
    ['timeout', 'timed_out', 'Codex did not finish within 30 minutes'],
    ['aborted', 'aborted', 'Codex was stopped'],
    ['output-limit', 'output_limit', 'Codex wrote more than 1000 bytes'],
  ] as const)('%s is what the guest said, whatever the events say', (end, outcome, reason) => {
    expect(outcomeOf(endOf([STARTED, COMPLETED], { end, code: null }))).toEqual({ outcome, reason });
  });

  test('one that was stopped for its silence was idle, not aborted', () => {
    const end = endOf([STARTED], { end: 'aborted', code: null, idle: true });
    expect(outcomeOf(end)).toEqual({ outcome: 'idle', reason: 'Codex was silent for 15 minutes' });
  });

  test("the model's own error is unwrapped", async () => {
    const lines = (await readFile(recordingFile('bad-request'), 'utf8')).split('\n');
    expect(outcomeOf(endOf(lines, { code: 1 })).reason).toBe('Codex failed: The input is too strange.');
  });

  test.each([
    [1, 'image input is not supported', 'A picture went with the prompt: this model may take none'],
    [2, 'no vision here', '2 pictures went with the prompt: this model may take none'],
  ])('a model that refuses pictures is named as the likely reason (%i)', (images, message, note) => {
    const failed = JSON.stringify({ type: 'turn.failed', error: { message } });
    expect(outcomeOf(endOf([STARTED, failed], { code: 1, images })).reason).toBe(`Codex failed: ${message}\n${note}`);
    expect(outcomeOf(endOf([STARTED, failed], { code: 1 })).reason).toBe(`Codex failed: ${message}`);
    expect(outcomeOf(endOf([STARTED, FAILED], { code: 1, images })).reason).toBe('Codex failed: no');
  });

  test('a reason is bounded and has only the last lines of stderr', () => {
    const stderr = Array.from({ length: 5_000 }, (_, index) => `line ${index} ${'x'.repeat(900)}`).join('\n');
    const { reason } = outcomeOf(endOf([], { code: 101, stderr }));
    expect(reason?.length).toBeLessThan(2_100);
    expect(reason).toContain('line 4999');
    expect(reason).not.toContain('line 4000');
  });
});

describe('what is remembered of a turn', () => {
  test('commands in order with their exit codes, null for one that never ended', async () => {
    const turn = turnOf((await readFile(recordingFile('commands'), 'utf8')).split('\n'));
    expect(turn.commands.map(({ exitCode }) => exitCode)).toEqual([3, 0, null]);
    expect(turn.commands[0]?.command).toBe('echo to output; echo to error >&2; exit 3');
    expect(turn).toMatchObject({
      state: 'completed',
      lastMessage: 'The last command was still running when I stopped.',
    });
  });

  test('a turn without end keeps the newest 500 commands', () => {
    const lines = Array.from({ length: 600 }, (_, index) =>
      COMMAND.replace('"i"', `"i${index}"`).replace('"ls"', `"c${index}"`),
    );
    const { commands } = turnOf(lines);
    expect([commands.length, commands[0]?.command, commands.at(-1)?.command]).toEqual([500, 'c100', 'c599']);
  });
});

describe('stderr', () => {
  test('errors that Codex logs are in the run log, other lines are not, and there is an end to it', () => {
    const messages: (string | undefined)[] = [];
    const complaints = readComplaints((entry) => messages.push(entry.message));
    complaints.write(Buffer.from(`WARNING: x\n${FAULT}\n`));
    expect(messages).toEqual(['Codex error: unsupported call: no_such_tool']);
    complaints.write(Buffer.from(`${FAULT}\n`.repeat(1_000)));
    expect(messages).toHaveLength(100);
    expect(complaints.end().toolFaults).toHaveLength(20);
  });
});

describe('the last answer in a session record', () => {
  const said = (role: string, ...texts: string[]): string => {
    const content = texts.map((text) => ({ type: 'output_text', text }));
    return JSON.stringify({ type: 'response_item', payload: { type: 'message', role, content } });
  };
  test('is the last thing the assistant said, all parts of it', () => {
    const lines = [said('assistant', 'first'), said('assistant', 'la', 'st'), said('user', 'thanks'), '{"cut'];
    expect(lastAnswer(Buffer.from(lines.join('\n')))).toBe('last');
  });
  test('is not that of an earlier turn', () => {
    const opening = JSON.stringify({ type: 'event_msg', payload: { type: 'task_started' } });
    const lines = [opening, said('assistant', 'first'), opening, said('user', 'and now "task_started"?')];
    expect(lastAnswer(Buffer.from(lines.join('\n')))).toBeNull();
    expect(lastAnswer(Buffer.from([...lines, said('assistant', 'second')].join('\n')))).toBe('second');
  });
  test('is nothing when it said nothing', () => {
    expect(lastAnswer(Buffer.from(`${said('user', 'hi')}\n${said('assistant', ' ')}`))).toBeNull();
    expect(lastAnswer(Buffer.alloc(0))).toBeNull();
  });
  test('is looked for near the end only, so that no record can hold the process up', () => {
    const words = `${said('assistant', 'far away')}\n`;
    expect(lastAnswer(Buffer.from(`${words}${'{}\n'.repeat(9_000)}`))).toBe('far away');
    expect(lastAnswer(Buffer.from(`${words}${'{}\n'.repeat(11_000)}`))).toBeNull();
    expect(lastAnswer(Buffer.from(`${words}${'\n'.repeat(4 * 1024 * 1024)}`))).toBeNull();
  });
});
