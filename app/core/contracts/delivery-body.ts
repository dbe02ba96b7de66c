import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

/** The JSON of a webhook's body; `what` names it in messages: `the push webhook`. @throws AppError `invalid` when it is none in UTF-8. */
export function parseDelivery(what: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new AppError('invalid', `reading ${what}: its body is not JSON`, { cause: error });
  }
}

/** Whatever `read` makes of a body. @throws AppError `invalid`, naming only fields, for a ZodError. */
export function readDelivery<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const where = [...new Set(error.issues.map((issue) => issue.path.join('.') || 'body'))].join(', ');
    throw new AppError('invalid', `reading ${what}: unexpected ${where}`, { cause: error });
  }
}
