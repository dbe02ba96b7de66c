import type { Settings } from '../../contracts/http/settings.ts';
import { AppError } from '../../domain/errors.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { withinTime } from '../run/within-time.ts';

/** What is looked at, in the words of the API. */
export type HealthName = Settings['health'][number]['name'];

/** Something that a process needs: `check` resolves when it answers; null when it is not configured. */
export interface HealthCheck {
  readonly name: HealthName;
  readonly check: (() => Promise<void>) | null;
}

const CHECK_MS = 2_000;
const SECOND_MS = 1_000;

/** Asks everything at once and waits 2 s at most. Never throws: what cannot be found out is down. */
export function checkHealth(
  runtime: Pick<Runtime, 'now' | 'wait'>,
  checks: readonly HealthCheck[],
): Promise<Settings['health']> {
  return Promise.all(checks.map((one) => checkOne(runtime, one)));
}

async function checkOne(
  runtime: Pick<Runtime, 'now' | 'wait'>,
  { name, check }: HealthCheck,
): Promise<Settings['health'][number]> {
  const begun = runtime.now();
  const found = (state: 'up' | 'down' | 'off', detail: string | null, latencyMs: number | null = null) => {
    return { name, state, detail, latency_ms: latencyMs, checked_at: begun };
  };
  if (check === null) return found('off', null);
  try {
    const answer = await withinTime(runtime, CHECK_MS, check());
    if (answer === 'late') return found('down', `It did not answer within ${CHECK_MS / SECOND_MS} s`);
    return found('up', null, Date.parse(runtime.now()) - Date.parse(begun));
  } catch (thrown) {
    return found('down', thrown instanceof AppError ? thrown.message : 'It did not answer');
  }
}
