import { randomUUID } from 'node:crypto';
import type { Answer } from './route.ts';
import type { World } from './world.ts';

const PER_MINUTE_LIMIT = 2_000;
const MINUTE_SEC = 60;

/**
 * The headers every REST answer carries, overridden by the answer's own. The budget is shown and never enforced; a test
 * that wants it enforced sets a fault. Names: https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
 */
export function responseHeaders(world: World, answer: Answer): Record<string, string> {
  const observed = Math.min(PER_MINUTE_LIMIT, world.requests.length);
  return {
    ...(answer.body === undefined ? {} : { 'content-type': 'application/json' }),
    'x-request-id': randomUUID(),
    'ratelimit-limit': String(PER_MINUTE_LIMIT),
    'ratelimit-observed': String(observed),
    'ratelimit-remaining': String(PER_MINUTE_LIMIT - observed),
    'ratelimit-reset': String(Math.floor(world.now() / 1_000) + MINUTE_SEC),
    ...answer.headers,
  };
}
