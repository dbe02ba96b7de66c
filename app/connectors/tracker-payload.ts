import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';

const WORDS_CHARS_MAX = 4_000;

/** Text or a number of a tracker, as text of bounded length; trackers write ids now so, now so. */
export const Words = z.union([z.string(), z.number()]).transform((words) => String(words).slice(0, WORDS_CHARS_MAX));

/**
 * Reads the JSON of a hook.
 * @throws AppError `invalid` when it is no JSON or lacks what `schema` needs.
 */
export function readJson<Schema extends z.ZodType>(schema: Schema, body: Uint8Array): z.output<Schema> {
  const parsed = schema.safeParse(jsonIn(body));
  if (parsed.success) return parsed.data;
  const paths = parsed.error.issues.map(({ path }) => path.join('.'));
  throw new AppError('invalid', `the body lacks ${[...new Set(paths)].join(', ') || 'everything'}`, {
    cause: parsed.error,
  });
}

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new AppError('invalid', 'the body is no JSON', { cause });
  }
}

/** A link to the page of an issue when it leads to the tracker itself; null for every other, which nobody shall follow. */
export function issuePage(link: string | null | undefined, trackerUrl: string): string | null {
  if (typeof link !== 'string' || !URL.canParse(link)) return null;
  const { origin, protocol, href, username, password } = new URL(link);
  const tracker = new URL(trackerUrl);
  // An organization of sentry.io has a name of its own below it.
  const isOurs =
    origin === tracker.origin || (protocol === tracker.protocol && new URL(link).host.endsWith(`.${tracker.host}`));
  return isOurs && username === '' && password === '' ? href : null;
}
