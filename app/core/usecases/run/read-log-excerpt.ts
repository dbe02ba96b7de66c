import { logLines } from '../../contracts/run-log-lines.ts';
import type { LogExcerpt } from '../../domain/text/log-excerpt.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunLogRecord } from '../../ports/store.ts';

/** What reading an excerpt needs. */
export interface ReadLogExcerptDeps {
  readonly store: { readonly log: RunLogRecord };
}

const LOG_HEAD_EVENTS = 200;
const LOG_TAIL_EVENTS = 1_500;

/** The first and the newest lines of a run's log. */
export async function readLogExcerpt(deps: ReadLogExcerptDeps, run: Run): Promise<LogExcerpt> {
  const ends = await deps.store.log.readLogEnds(run.id, { head: LOG_HEAD_EVENTS, tail: LOG_TAIL_EVENTS });
  const omitted = ends.total - ends.head.length - ends.tail.length;
  return { head: ends.head.flatMap(logLines), tail: ends.tail.flatMap(logLines), omitted };
}
