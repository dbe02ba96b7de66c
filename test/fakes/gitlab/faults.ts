import type { FaultScript } from '../git-host/faults.ts';

/** GitLab's answer beyond its rate limits: https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/ */
export function rateLimited(retryAfterSec: number): Pick<FaultScript, 'status' | 'headers' | 'message'> {
  return {
    status: 429,
    headers: { 'retry-after': String(retryAfterSec), 'ratelimit-remaining': '0' },
    message: 'This endpoint has been requested too many times. Try again later.',
  };
}
