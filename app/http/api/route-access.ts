import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { FieldErrors, Problem } from '#core/contracts/http/problems.ts';
import type { Action, Resource } from '#core/domain/rules/access.ts';
import { answerOnce } from './answer-once.ts';
import { guard, withinLimit } from './guard.ts';
import { emptyIsNone, spoken } from './media.ts';

/** Name of the OpenAPI extension in which a route's {@link Access} stands. */
export const ACCESS_EXTENSION = 'x-astraforge-access';

/** Who may call a route: whoever may do `action`, always within their own tenant. `open` routes tell nothing of any tenant. */
export type Access = { readonly action: Action; readonly resource: Resource } | 'open';

/** A JSON answer or body. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** The answers every route may give. */
export const FAILURES = {
  400: json(FieldErrors.or(Problem), 'Something in the call is wrong; by field where one is at fault'),
  401: json(Problem, 'Nobody is known by the key or the session'),
  403: json(Problem, 'The key or the role does not allow it'),
  404: json(Problem, 'There is no such thing in this tenant'),
  406: json(Problem, '`Accept` names nothing that is spoken here'),
  429: json(Problem, 'Too many calls; `Retry-After` says when to come again'),
} as const;

/** The answers that routes which change something may give besides. */
export const WRITE_FAILURES = {
  ...FAILURES,
  409: json(Problem, 'As things stand it cannot be done, or the first call of this Idempotency-Key is at work'),
  413: json(Problem, 'The body is too large'),
  415: json(Problem, 'The body is not said to be JSON'),
  422: json(Problem, 'The Idempotency-Key was used for another call'),
  503: json(Problem, 'Something needed does not answer; `Retry-After` says when to come again'),
} as const;

/** Attachments of one call as base64, and what is around them. */
const BODY_BYTES_MAX = 16 * 1_024 * 1_024;

/** After the caller is known: a stranger's body is not read. */
const boundedBody = bodyLimit({
  maxSize: BODY_BYTES_MAX,
  onError: (context) => context.json({ detail: 'The body is larger than 16 MiB.' }, 413),
});

/**
 * What every route begins with: who may call it, which is checked before anything else happens and stands in the OpenAPI
 * description. A route without it fails the build (test/app/http/api/access.test.ts).
 */
export function access(declared: Access) {
  return {
    [ACCESS_EXTENSION]: declared,
    security: declared === 'open' ? [] : [{ apiKey: [] }, { session: [] }],
    middleware:
      declared === 'open'
        ? [guard(null)]
        : [guard(declared.action), withinLimit, spoken, boundedBody, emptyIsNone, answerOnce],
  };
}
