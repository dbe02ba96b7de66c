import { findProgram } from './find-program.ts';
import type { Found } from './found.ts';

/** The path of Chromium, which Debian calls `chromium`. */
export function findChromium(): Found<string> {
  const program = findProgram('chromium');
  return program === undefined
    ? { found: false, reason: 'no chromium (apt-get install chromium)' }
    : { found: true, value: program };
}
