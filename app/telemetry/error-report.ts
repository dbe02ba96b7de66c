import { AppError } from '#core/domain/errors.ts';
import type { LogFields } from '#core/ports/runtime.ts';
import { ownFrames, type OwnFrame } from './own-frames.ts';

/**
 * What an error tracker is told of one failure: constants of our own code, places in it, and ids. An error's own message is not
 * among it, for it may quote what somebody wrote.
 */
export interface ErrorReport {
  /** The constant text of the log record. */
  readonly message: string;
  /** Whether the process ends by it. */
  readonly fatal: boolean;
  /** By the tag's name: `request_id`, `run_id`, `delivery_id`, all UUIDs, and `error_code`. */
  readonly tags: Readonly<Record<string, string>>;
  /** The error and what caused it, outermost first; empty when the record has none. */
  readonly errors: readonly ReportedError[];
}

/** One error of a chain. */
export interface ReportedError {
  /** Name of its class. */
  readonly type: string;
  /** Code of an `AppError`. */
  readonly code: string | undefined;
  /** Innermost first. */
  readonly frames: readonly OwnFrame[];
}

const CAUSES_MAX = 5;
const CLASS_NAME = /^[A-Za-z_$][\w$]{0,79}$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Before a delivery is on record, it is known by what its sender calls it. */
const TAGS: readonly (readonly [string, readonly string[]])[] = [
  ['request_id', ['requestId']],
  ['run_id', ['runId']],
  ['delivery_id', ['deliveryId', 'guid']],
];

/**
 * Makes a report of a log record of level error: `fields.err` is what was thrown, `fields.data` what a job carries, and
 * `fields.fatal` true when the process ends by it.
 */
export function errorReport(fields: LogFields, message: string): ErrorReport {
  const errors = reportedErrors(fields['err']);
  const code = errors.find((one) => one.code !== undefined)?.code;
  return {
    message,
    fatal: fields['fatal'] === true,
    tags: { ...idsOf(fields), ...(code === undefined ? {} : { error_code: code }) },
    errors,
  };
}

function idsOf(fields: LogFields): Record<string, string> {
  const { data } = fields;
  const known: LogFields = typeof data === 'object' && data !== null ? { ...data, ...fields } : fields;
  const ids: Record<string, string> = {};
  for (const [tag, names] of TAGS) {
    const id = names.map((name) => known[name]).find((value) => typeof value === 'string' && UUID.test(value));
    if (typeof id === 'string') ids[tag] = id.toLowerCase();
  }
  return ids;
}

function reportedErrors(thrown: unknown): ReportedError[] {
  const errors: ReportedError[] = [];
  let next = thrown;
  while (next instanceof Error && errors.length <= CAUSES_MAX) {
    const { name } = next;
    errors.push({
      type: typeof name === 'string' && CLASS_NAME.test(name) ? name : 'Error',
      code: next instanceof AppError ? next.code : undefined,
      frames: ownFrames(next),
    });
    next = next.cause;
  }
  return errors;
}
