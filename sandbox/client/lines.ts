import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { AppError } from '#core/domain/errors.ts';

/**
 * The JSON lines of an answer of the sandbox process, one by one. Throws AppError `unavailable` when its connection is cut,
 * also in the middle of a line; `action` is shown to people.
 */
export async function* readJsonLines(answer: IncomingMessage, action: string): AsyncGenerator {
  const cut = (cause: unknown): AppError =>
    new AppError('unavailable', `${action}: the sandbox process went away`, { cause });
  answer.on('error', () => undefined);
  try {
    for await (const line of createInterface({ input: answer })) yield JSON.parse(line);
  } catch (cause) {
    throw cut(cause);
  }
  if (!answer.complete) throw cut(answer.errored);
}
