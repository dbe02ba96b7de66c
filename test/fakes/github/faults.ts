import type { FaultScript } from '../git-host/faults.ts';

/** GitHub's answer to too many writes: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
export function secondaryLimit(retryAfterSec: number): Pick<FaultScript, 'status' | 'headers' | 'message'> {
  return {
    status: 403,
    headers: { 'retry-after': String(retryAfterSec) },
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  };
}

/** GitHub's answer when the hourly budget is spent; `resetAtSec` is in seconds since the epoch. */
export function primaryLimit(resetAtSec: number): Pick<FaultScript, 'status' | 'headers' | 'message'> {
  return {
    status: 403,
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(resetAtSec) },
    message: 'API rate limit exceeded for installation.',
  };
}
