import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ZodError } from 'zod';
import type { FieldErrors } from '#core/contracts/http/problems.ts';
import { toAppError, type ErrorCode } from '#core/domain/errors.ts';
import type { Logger } from '#core/ports/runtime.ts';
import { FieldFault } from './answer-outcome.ts';

const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  invalid: 400,
  denied: 403,
  missing: 404,
  conflict: 409,
  limited: 429,
  unavailable: 503,
  ambiguous: 503,
  internal: 500,
};

/** Answers what a route threw; only what is our own fault is logged as an error. */
export function answerError(thrown: unknown, context: Context, logger: Logger): Response {
  if (thrown instanceof FieldFault) return context.json(thrown.fields, 400);
  // What Hono itself finds wrong with a body: no JSON, or of another type.
  if (thrown instanceof HTTPException) return context.json({ detail: `${thrown.message}.` }, thrown.status);
  const error = toAppError(thrown, 'The call');
  const status = STATUS[error.code];
  const fields = { err: error, method: context.req.method, path: context.req.path };
  if (status >= 500) logger.error(fields, 'an API call failed');
  const { retryAfterMs } = error;
  const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  const detail = error.code === 'internal' ? 'Something went wrong here. It is in the log.' : `${error.message}.`;
  return context.json({ detail }, status, headers);
}

/** The faults of a call by field, as clients of the reference product read them. */
export function fieldErrors(error: ZodError): FieldErrors {
  const errors: FieldErrors = {};
  for (const { path, message } of error.issues) {
    const field = path.length === 0 ? 'non_field_errors' : String(path[0]);
    (errors[field] ??= []).push(message);
  }
  return errors;
}
