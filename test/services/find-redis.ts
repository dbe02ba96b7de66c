import { findProgram } from './find-program.ts';
import type { Found } from './found.ts';

/** The path of `redis-server`. */
export function findRedis(): Found<string> {
  const program = findProgram('redis-server');
  return program === undefined
    ? { found: false, reason: 'no redis-server (apt-get install redis-server)' }
    : { found: true, value: program };
}
