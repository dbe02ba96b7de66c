import type { Runtime } from '../../ports/runtime.ts';

/**
 * The outcome of some work, or `late` after `ms` milliseconds: the work then goes on by itself and nobody hears how it
 * ends. @throws what the work throws in time.
 */
export async function withinTime<Value>(
  runtime: Pick<Runtime, 'wait'>,
  ms: number,
  work: Promise<Value>,
): Promise<{ readonly value: Value } | 'late'> {
  const settled = new AbortController();
  const late = runtime.wait(ms, settled.signal).then(() => 'late' as const);
  try {
    return await Promise.race([work.then((value) => ({ value })), late]);
  } finally {
    settled.abort();
  }
}
