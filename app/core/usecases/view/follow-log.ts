import type { PlacedRunLogEvent } from '../../contracts/run-log.ts';
import { isSettled } from '../../domain/run/run.ts';
import type { History } from '../../ports/history.ts';
import type { RunLogStream } from '../../ports/run-log.ts';
import type { RunLogRecord } from '../../ports/store.ts';

/** What following a log needs. */
export interface FollowLogDeps {
  readonly history: Pick<History, 'request' | 'run'>;
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

const PAGE_EVENTS_MAX = 256;

/** Which log an id names, a run's or a request's; undefined when the tenant has neither. */
export async function findLog(deps: FollowLogDeps, tenantId: string, id: string): Promise<FollowedLog | undefined> {
  const line = await deps.history.run(tenantId, id);
  if (line !== undefined) return { tenantId, requestId: line.run.requestId, runId: line.run.id };
  const record = await deps.history.request(tenantId, id);
  return record === undefined ? undefined : { tenantId, requestId: record.request.id, runId: null };
}

/** Whether nothing more is to come: the run is over, or all runs of the request are. A further run opens it again. */
export async function isLogOver(deps: FollowLogDeps, { tenantId, requestId, runId }: FollowedLog): Promise<boolean> {
  const record = await deps.history.request(tenantId, requestId);
  const runs = record?.runs.filter(({ id }) => runId === null || id === runId) ?? [];
  return runs.every(({ status }) => isSettled(status));
}

/** What the record has of a log after `position`, oldest first. */
export async function* readLog(
  deps: FollowLogDeps,
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
): AsyncGenerator<PlacedRunLogEvent> {
  let { position } = from;
  while (!from.signal.aborted) {
    // Asked first: what is over by now says nothing more, so the record that is read after it is whole.
    const isOver = await isLogOver(deps, log);
    const signal = AbortSignal.any([from.signal, from.look()]);
    const events = isOver ? readLog(deps, log, position) : deps.stream.follow(log.requestId, position, signal);
    for await (const placed of events) {
      ({ position } = placed);
      if (!belongs(log, placed)) continue;
      yield placed;
      if (!isOver && placed.event.final === true) break;
    }
    if (isOver) return;
  }
}

function belongs({ runId }: FollowedLog, { event }: PlacedRunLogEvent): boolean {
  return runId === null || event.run_id === runId;
}
