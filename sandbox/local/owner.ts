import { readFileSync } from 'node:fs';
import { GUEST_USER_ID } from '../guest-layout.ts';

/** Which field of `/proc/<pid>/stat` is the start time, counted from the one after the name; proc(5) numbers it 22. */
const START_TIME_FIELD = 19;

/**
 * When a process started, in clock ticks since boot; empty when there is none. Together with the process id it names one
 * process of this boot, while ids alone are used again.
 */
export function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD] ?? '';
  } catch {
    return '';
  }
}

/**
 * Whether this process can become the guest's user for real: it is root, and not one of a user namespace that has no such
 * user. Source: user_namespaces(7), lines of `uid_map` are first id inside, first id outside, count.
 */
export function canBecomeGuestUser(): boolean {
  if (process.getuid?.() !== 0) return false;
  const lines = readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n');
  return lines.some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/ +/).map(Number);
    return GUEST_USER_ID >= first && GUEST_USER_ID < first + count;
  });
}
