import { AppError, toAppError } from '../../domain/errors.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { HeldRun } from '../run/hold-run.ts';
import { stopIfAsked, unlessStopped } from '../run/unless-stopped.ts';
import { withinTime } from '../run/within-time.ts';

/** What asking for something that a run can do without needs. */
export interface UnlessSilentDeps {
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** A host has this long for each try; a run waits for nothing that it can do without. */
const TRY_MS = 60_000;
const PAUSE_MS = 1_000;
/** A host that wants a longer pause is not asked again. */
const PAUSE_MS_MAX = 10_000;

/**
 * What a host tells that a run can do without; undefined when it does not, which is written into the run's log. A passing
 * failure is met with one more try. `what` begins a sentence: `The conversation`.
 * @throws AppError `conflict` when the run had to stop.
 */
export async function unlessSilent<Value>(
  deps: UnlessSilentDeps,
  held: HeldRun,
  { what, ask }: { what: string; ask: () => Promise<Value> },
): Promise<Value | undefined> {
  const first = await once(deps, held, ask);
  const pauseMs = first.kind === 'failed' ? pauseBefore(first.error) : undefined;
  const last = pauseMs === undefined ? first : await again(deps, held, { ask, pauseMs });
  if (last.kind === 'told') return last.value;
  const { error } = last;
  deps.logger.warn({ ...held.claim, code: error.code, err: error }, 'a run goes on without what its host did not tell');
  held.note({ type: 'log', message: `${what} could not be read, going on without: ${error.message}` });
  return undefined;
}

type Try<Value> =
  { readonly kind: 'told'; readonly value: Value } | { readonly kind: 'failed'; readonly error: AppError };

async function once<Value>(deps: UnlessSilentDeps, held: HeldRun, ask: () => Promise<Value>): Promise<Try<Value>> {
  try {
    const told = await unlessStopped(held, deps, withinTime(deps.runtime, TRY_MS, ask()));
    if (told !== 'late') return { kind: 'told', value: told.value };
    return { kind: 'failed', error: new AppError('internal', `no answer within ${TRY_MS / 1_000} s`) };
  } catch (thrown) {
    stopIfAsked(held);
    return { kind: 'failed', error: toAppError(thrown, 'Asking the host') };
  }
}

/** Milliseconds to wait before the second try; undefined when there is to be none. */
function pauseBefore({ retryable, retryAfterMs = PAUSE_MS }: AppError): number | undefined {
  return retryable && retryAfterMs <= PAUSE_MS_MAX ? retryAfterMs : undefined;
}

async function again<Value>(
  deps: UnlessSilentDeps,
  held: HeldRun,
  { ask, pauseMs }: { ask: () => Promise<Value>; pauseMs: number },
): Promise<Try<Value>> {
  await deps.runtime.wait(pauseMs, held.signal);
  stopIfAsked(held);
  return once(deps, held, ask);
}
