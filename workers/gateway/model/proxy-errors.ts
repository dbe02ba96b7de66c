import type { ProxyError } from './answer-error.ts';
import type { Limit } from '../budget/spend.ts';

/** Codex 0.169.0 sends no compressed bodies, and what was not read cannot be allowed. */
export const COMPRESSED: ProxyError = {
  status: 415,
  code: 'compressed_body',
  message: 'Not allowed here: a compressed request body',
};

/** The bodies of one run that wait or are under way fill what a run may fill. */
export const NO_ROOM: ProxyError = {
  status: 413,
  code: 'too_many_bytes',
  message: 'The request bodies of this run are too large together; wait for an answer first',
};

const SPENT: Readonly<Record<Limit, string>> = {
  tokens: 'The tokens of this run are used up (limit: RUN_TOKENS_MAX)',
  cost: 'The money of this run is used up (limit: RUN_COST_USD_MAX)',
  deadline: 'The time of this run is used up (limit: RUN_TIMEOUT_SEC)',
};

/**
 * The answer to a call for which nothing is left. Status and code are those after which Codex 0.169.0 gives up at once and
 * shows the message; a 429 it would send again.
 */
export function spent(limit: Limit): ProxyError {
  return { status: 400, code: 'insufficient_quota', message: SPENT[limit] };
}

/** The answer to a body of more than `bytesMax` bytes. */
export function tooLarge(bytesMax: number): ProxyError {
  const mebibytes = Math.floor(bytesMax / (1024 * 1024));
  return { status: 413, code: 'request_too_large', message: `The request body is larger than ${mebibytes} MiB` };
}

/** The answer to a call that got none; `code` is the system's. */
export function unreachable(code: string): ProxyError {
  return code === 'ETIMEDOUT'
    ? { status: 504, code, message: `The model server did not answer in time (${code})` }
    : { status: 502, code, message: `The model server could not be reached (${code})` };
}
