import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { AgentResume } from '#core/ports/executor.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import { isThreadId, RECORD_BYTES_MAX } from './codex-session.ts';

/** The first line of a record, which Codex goes by, whatever the file is called. */
const SessionMeta = z.object({ type: z.literal('session_meta'), payload: z.object({ id: z.string() }) });
const JsonObject = z.record(z.string(), z.unknown());
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
 * A record as Codex can go on with it: JSON lines, the first of which names the thread. Half a line at the end, left by a
 * turn that was killed, is cut off, since Codex would write its next line behind it.
 * @throws AppError `invalid` when it is anything else.
 */
function usableRecord(threadId: string, record: Uint8Array): Uint8Array {
  if (record.byteLength > RECORD_BYTES_MAX)
    throw new AppError('invalid', 'The record of the conversation is too large');
  const lines = Buffer.from(record).toString('utf8').split('\n');
  const rest = lines.pop() ?? '';
  if (isObjectLine(rest)) lines.push(rest);
  if (!lines.every(isObjectLine)) throw new AppError('invalid', 'The record of the conversation is damaged');
  const first = SessionMeta.safeParse(parseJson(lines[0] ?? ''));
  if (first.data?.payload.id !== threadId)
    throw new AppError('invalid', 'The record is that of no conversation or of another one');
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

function isObjectLine(line: string): boolean {
  return JsonObject.safeParse(parseJson(line)).success;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
