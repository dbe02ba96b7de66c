import type { PlacedRunLogEvent } from '../../contracts/run-log.ts';
import type { History } from '../../ports/history.ts';
import type { RunLogStream } from '../../ports/run-log.ts';
import type { RunLogRecord } from '../../ports/store.ts';

/** What following a log needs. */
export interface FollowLogDeps {
  readonly history: Pick<History, 'log'>;
  readonly log: Pick<RunLogRecord, 'readLog'>;
  readonly stream: Pick<RunLogStream, 'follow'>;
}

/** A log that can be followed: that of one run, or that of a request with all its runs. */
export interface FollowedLog {
  readonly tenantId: string;
  readonly requestId: string;
  /** Null for the whole request. */
  readonly runId: string | null;
}

/** What following gives: events in their order, or, in place of those that were deleted because of their age, the last of their positions. */
export type Followed = PlacedRunLogEvent | { readonly deletedTo: number };

const PAGE_EVENTS_MAX = 256;

/** Which log an id names, a run's or a request's; undefined when the tenant has neither. */
export async function findLog(deps: FollowLogDeps, tenantId: string, id: string): Promise<FollowedLog | undefined> {
  const standing = await deps.history.log(tenantId, id);
  return standing && { tenantId, requestId: standing.requestId, runId: standing.runId };
}

/** How a log stands; one that was deleted with its request meanwhile is over. */
async function standingOf(deps: FollowLogDeps, { tenantId, requestId, runId }: FollowedLog) {
  return (await deps.history.log(tenantId, runId ?? requestId)) ?? { isOver: true, prunedTo: 0 };
}

/** Whether nothing is left to say after `position`: the log is over, and the record has no more of it. */
export async function hasAll(deps: FollowLogDeps, log: FollowedLog, position: number): Promise<boolean> {
  const { isOver, prunedTo } = await standingOf(deps, log);
  if (!isOver || position < prunedTo) return false;
  const { done } = await readLog(deps, log, position).next();
  return done === true;
}

/** What the record has of a log after `position`, oldest first. */
export async function* readLog(
  deps: Pick<FollowLogDeps, 'log'>,
  log: FollowedLog,
  position: number,
): AsyncGenerator<PlacedRunLogEvent> {
  for (let at = position; ;) {
    const page = await deps.log.readLog(log.requestId, at, PAGE_EVENTS_MAX);
    yield* page.filter((placed) => belongs(log, placed));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_EVENTS_MAX) return;
    at = last.position;
  }
}

/**
 * Events of a log after `position`, in order, without gap or duplicate, until the log is over or the signal aborts.
 * `look` aborts when it is time to look whether the log is over although nobody said so; a run that was given up may not.
 */
export async function* followLog(
  deps: FollowLogDeps,
  log: FollowedLog,
  from: { position: number; signal: AbortSignal; look: () => AbortSignal },
): AsyncGenerator<Followed> {
  let { position } = from;
  while (!from.signal.aborted) {
    // Asked first: what is over by now says nothing more, so the record that is read after it is whole.
    const { isOver, prunedTo } = await standingOf(deps, log);
    if (position < prunedTo) {
      position = prunedTo;
      yield { deletedTo: prunedTo };
    }
    const ending = either(from.signal, from.look());
    const events = isOver ? readLog(deps, log, position) : deps.stream.follow(log.requestId, position, ending.signal);
    try {
      for await (const placed of events) {
        ({ position } = placed);
        if (!belongs(log, placed)) continue;
        yield placed;
        if (!isOver && placed.event.final === true) break;
      }
    } finally {
      ending.release();
    }
    if (isOver) return;
  }
}

/**
 * A signal that aborts with the first of two. `AbortSignal.any` would stay known to the long-lived one for as long as that lasts,
 * which is a little memory per look of each follower.
 */
function either(lasting: AbortSignal, passing: AbortSignal): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const signals = [lasting, passing];
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
  if (signals.some(({ aborted }) => aborted)) abort();
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    },
  };
}

function belongs({ runId }: FollowedLog, { event }: PlacedRunLogEvent): boolean {
  return runId === null || event.run_id === runId;
}
