import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { AgentResume } from '#core/ports/executor.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import { isThreadId, RECORD_BYTES_MAX } from './codex-session.ts';

/** The first line of a record, which Codex goes by, whatever the file is called. */
const SessionMeta = z.object({ type: z.literal('session_meta'), payload: z.object({ id: z.string() }) });
/** It holds the instructions of Codex itself, some 20 kB in 0.169.0. */
const FIRST_BYTES_MAX = 1024 * 1024;
/** A conversation of 32 MiB has some 60,000; looking at as many as fit would hold up every run of the process for seconds. */
const LINES_MAX = 500_000;
const [LINE_END, OPENING, CLOSING] = [0x0a, 0x7b, 0x7d];
/** Codex 0.169.0 finds a thread by the end of the file's name, in whatever folder of a date it is. */
const FOLDER = 'sessions/2000/01/01';
const FILE_OPENING = 'rollout-2000-01-01T00-00-00-';

/**
 * Puts a kept record where Codex in a fresh guest finds it; nothing has to be done when the guest has it already.
 * @throws AppError `invalid` when it is no record of that thread.
 */
export async function placeRecord(
  guest: Pick<Guest, 'upload'>,
  codexHome: string,
  kept: Pick<AgentResume, 'threadId' | 'record'>,
): Promise<void> {
  if (!isThreadId(kept.threadId)) throw new AppError('invalid', 'The name of the conversation is malformed');
  if (kept.record === null) return;
  const record = usableRecord(kept.threadId, kept.record);
  await guest.upload(`${codexHome}/${FOLDER}/${FILE_OPENING}${kept.threadId}.jsonl`, record);
}

/**
 * A record as Codex can go on with it: lines that look like JSON objects, the first of which names the thread. Half a line at
 * the end, left by a turn that was killed, is cut off, since Codex would write its next line behind it. An agent may have
 * written any of it, so no more than its first line is parsed here: reading all of it is left to Codex, in the guest.
 * @throws AppError `invalid` when it is anything else.
 */
function usableRecord(threadId: string, record: Uint8Array): Uint8Array {
  if (record.byteLength > RECORD_BYTES_MAX)
    throw new AppError('invalid', 'The record of the conversation is too large');
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const length = wholeLength(bytes);
  const firstLine = bytes.toString('utf8', 0, Math.min(length, Math.max(0, bytes.indexOf(LINE_END)), FIRST_BYTES_MAX));
  const first = SessionMeta.safeParse(parseJson(firstLine));
  if (first.data?.payload.id !== threadId)
    throw new AppError('invalid', 'The record is that of no conversation or of another one');
  return Buffer.concat([bytes.subarray(0, length), Buffer.of(LINE_END)]);
}

/** Bytes up to the end of the last whole line. */
function wholeLength(bytes: Buffer): number {
  let length = 0;
  for (let from = 0, lines = 1; from < bytes.length; lines += 1) {
    if (lines > LINES_MAX) throw new AppError('invalid', 'The record of the conversation has too many lines');
    const at = bytes.indexOf(LINE_END, from);
    const end = at === -1 ? bytes.length : at;
    if (bytes[from] === OPENING && bytes[end - 1] === CLOSING) length = end;
    else if (at === -1) return length;
    else throw new AppError('invalid', 'The record of the conversation is damaged');
    from = end + 1;
  }
  return length;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
