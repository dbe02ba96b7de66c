import { randomUUID } from 'node:crypto';
import type { Answer } from './route.ts';
import type { World } from './world.ts';

const HOURLY_LIMIT = 5_000;
const HOUR_SEC = 3_600;

/**
 * The headers every REST answer carries, overridden by the answer's own. The budget is shown and never enforced; a
 * test that wants it enforced sets a fault. Names: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function responseHeaders(world: World, answer: Answer): Record<string, string> {
  const used = Math.min(HOURLY_LIMIT, world.requests.length);
  return {
    ...(answer.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': randomUUID(),
    'x-ratelimit-limit': String(HOURLY_LIMIT),
    'x-ratelimit-remaining': String(HOURLY_LIMIT - used),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(Math.floor(world.now() / 1_000) + HOUR_SEC),
    'x-ratelimit-resource': 'core',
    ...answer.headers,
  };
}
