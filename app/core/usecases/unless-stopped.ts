import { AppError } from '../domain/errors.ts';
import type { Logger } from '../ports/runtime.ts';
import type { HeldRun } from './hold-run.ts';

/**
 * The outcome of some work, or the end of waiting for it as soon as the run must stop; what is opened too late is closed.
 * @throws AppError `conflict` when the run must stop.
 */
export async function unlessStopped<Value>(
  held: HeldRun,
  deps: { logger: Logger },
  work: Promise<Value>,
): Promise<Value> {
  const stopped = new Promise<'stopped'>((resolve) => {
    if (held.signal.aborted) resolve('stopped');
    held.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const first = await Promise.race([work.then((value) => ({ value })), stopped]);
  if (first !== 'stopped') return first.value;
  void work.then(
    (late) => (isDisposable(late) ? closing(deps, late)[Symbol.asyncDispose]() : undefined),
    (err: unknown) => deps.logger.debug({ err }, 'what a stopped run was waiting for failed'),
  );
  stopIfAsked(held);
  return work;
}

function isDisposable(value: unknown): value is AsyncDisposable {
  return typeof value === 'object' && value !== null && Symbol.asyncDispose in value;
}

/** Throws when the run was told to stop; the reason is read from the held run where it is decided. */
export function stopIfAsked(held: HeldRun): void {
  const reason = held.stopReason;
  if (reason !== undefined) throw new AppError('conflict', `The run was stopped: ${reason}`);
}

/** Closes what was opened. Failing to is not the run's failure: nothing live owns it any more, so the sweep removes it. */
export function closing(deps: { logger: Logger }, opened: AsyncDisposable): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      try {
        await opened[Symbol.asyncDispose]();
      } catch (err) {
        deps.logger.warn({ err }, 'closing what a run had opened failed');
      }
    },
  };
}
