import { z } from 'zod';
import type { AgentSession } from '#core/ports/executor.ts';
import type { Guest } from '#core/ports/provisioner.ts';

/** Most bytes of a session's record: JSON lines of everything that was said, from which Codex can resume the conversation. */
export const RECORD_BYTES_MAX = 32 * 1024 * 1024;
/** Where the last words are looked for; they may be 1 MiB and are escaped there. */
const END_BYTES_MAX = 4 * 1024 * 1024;
const END_LINES_MAX = 10_000;
const LINE_END = 0x0a;
const READ_TIMEOUT_MS = 30_000;
const THREAD_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What Codex 0.169.0 writes into the record before each turn. */
const TurnOpening = z.object({
  type: z.literal('event_msg'),
  payload: z.object({ type: z.literal('task_started') }),
});

const AssistantMessage = z.object({
  type: z.literal('response_item'),
  payload: z.object({
    type: z.literal('message'),
    role: z.literal('assistant'),
    content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  }),
});

/** Whether a text can be the name of a thread, and so part of a file's name or of a command. */
export function isThreadId(text: string): boolean {
  return THREAD_ID.test(text);
}

/**
 * Reads the thread's own `rollout-*-<thread>.jsonl` under `codexHome`, wherever its date folder is; the first one, when
 * the agent planted more. Null when there is none, or when it is larger than 32 MiB.
 */
export async function readSession(
  guest: Guest,
  codexHome: string,
  { threadId, signal }: { threadId: string; signal: AbortSignal },
): Promise<AgentSession | null> {
  if (!isThreadId(threadId)) return null;
  const found = ['-type', 'f', '-name', `rollout-*-${threadId}.jsonl`, '-exec', 'cat', '{}', ';', '-quit'];
  const exit = await guest.exec({
    argv: ['find', `${codexHome}/sessions`, ...found],
    timeoutMs: READ_TIMEOUT_MS,
    outputBytesMax: RECORD_BYTES_MAX,
    offline: true,
    signal,
  });
  const read = exit.end === 'exited' && exit.stdout.length > 0;
  return read ? { threadId, record: exit.stdout } : null;
}

/**
 * The last thing the assistant said in the newest turn of a session's record; null when it said nothing. Lines it cannot
 * read are skipped. An agent may have written any of it, so only the end is looked at: 4 MiB and 10,000 lines.
 */
export function lastAnswer(record: Uint8Array): string | null {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength).subarray(-END_BYTES_MAX);
  let end = bytes.length;
  for (let lines = 0; lines < END_LINES_MAX && end > 0; lines += 1) {
    const at = bytes.lastIndexOf(LINE_END, end - 1);
    const line = bytes.toString('utf8', at + 1, end);
    const text = line.includes('"assistant"') ? answerIn(line) : '';
    if (text !== '') return text;
    if (opensTurn(line)) return null;
    end = Math.max(0, at);
  }
  return null;
}

function opensTurn(line: string): boolean {
  return line.includes('"task_started"') && TurnOpening.safeParse(parseJson(line)).success;
}

function answerIn(line: string): string {
  const content = AssistantMessage.safeParse(parseJson(line)).data?.payload.content ?? [];
  return content
    .map((part) => part.text ?? '')
    .join('')
    .trim();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
