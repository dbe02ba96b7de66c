import { AppError } from '../../domain/errors.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { HeldRun } from './hold-run.ts';
import { withinTime } from './within-time.ts';

/** What waiting and closing need. */
export interface ClosingDeps {
  readonly logger: Logger;
  readonly runtime: Pick<Runtime, 'wait'>;
}

/** Time an engine has to take something away; one that is silent must not keep a run open. */
const CLOSE_MS = 10_000;

/**
 * The outcome of some work, or the end of waiting for it as soon as the run must stop; what is opened too late is closed.
 * @throws AppError `conflict` when the run must stop.
 */
export async function unlessStopped<Value>(held: HeldRun, deps: ClosingDeps, work: Promise<Value>): Promise<Value> {
  const first = await orStop(held, work);
  if (first !== 'stopped') return first.value;
  void work.then(
    (late) => (isDisposable(late) ? closing(deps, late)[Symbol.asyncDispose]() : undefined),
    (err: unknown) => deps.logger.debug({ err }, 'what a stopped run was waiting for failed'),
  );
  stopIfAsked(held);
  return work;
}

/**
 * The outcome of some work that a stop does not cut at once: it has `ms` milliseconds more from then on.
 * @throws AppError `unavailable` when they are over, or what the work throws.
 */
export async function untilAfterStop<Value>(
  held: HeldRun,
  deps: ClosingDeps,
  { work, ms }: { work: Promise<Value>; ms: number },
): Promise<Value> {
  const first = await orStop(held, work);
  const last = first === 'stopped' ? await withinTime(deps.runtime, ms, work) : first;
  if (last !== 'late') return last.value;
  throw new AppError('unavailable', `The workspace did not answer within ${ms / 1_000} s of being stopped`);
}

/** A run outlives much of what it waits for, so that nothing may stay behind on its signal. */
async function orStop<Value>(
  { signal }: HeldRun,
  work: Promise<Value>,
): Promise<{ readonly value: Value } | 'stopped'> {
  const settled = new AbortController();
  const stop = new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), stop]);
  } finally {
    settled.abort();
  }
}

function isDisposable(value: unknown): value is AsyncDisposable {
  return typeof value === 'object' && value !== null && Symbol.asyncDispose in value;
}

/** Throws when the run was told to stop; the reason is read from the held run where it is decided. */
export function stopIfAsked(held: HeldRun): void {
  const reason = held.stopReason;
  if (reason !== undefined) throw new AppError('conflict', `The run was stopped: ${reason}`);
}

/**
 * Closes what was opened, within 10 s. Failing to is not the run's failure: nothing live owns it any more, so the sweep
 * removes it.
 */
export function closing(deps: ClosingDeps, opened: AsyncDisposable): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      try {
        const closed = await withinTime(deps.runtime, CLOSE_MS, Promise.resolve(opened[Symbol.asyncDispose]()));
        if (closed === 'late') deps.logger.warn({ ms: CLOSE_MS }, 'closing what a run had opened is left to the sweep');
      } catch (err) {
        deps.logger.warn({ err }, 'closing what a run had opened failed');
      }
    },
  };
}
