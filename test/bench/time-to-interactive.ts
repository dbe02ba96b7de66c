/** Something that lasted, in milliseconds since the page was asked for. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a page did until `until`, all in milliseconds since it was asked for. */
export interface PageActivity {
  readonly until: number;
  readonly firstPaint: number;
  /** Tasks of the main thread of more than 50 ms. */
  readonly longTasks: readonly Span[];
  /** Files and answers that were fetched; what has no end yet has none here. */
  readonly fetches: readonly Span[];
}

/** Lighthouse's numbers: https://developer.chrome.com/docs/lighthouse/performance/interactive */
const QUIET_MS = 5_000;
const FETCHES_MAX = 2;
/** A task takes longer than people notice from here on: https://developer.chrome.com/docs/lighthouse/performance/lighthouse-total-blocking-time */
const BLOCKING_MS = 50;

/**
 * Time to interactive: the first paint, or the end of the last long task before the first five seconds in which there was no long
 * task and never more than two fetches at once. Undefined while there have not been such five seconds.
 */
export function timeToInteractive({ until, firstPaint, longTasks, fetches }: PageActivity): number | undefined {
  const busy = [...longTasks, ...crowdedSpans(fetches)].toSorted((a, b) => a.from - b.from);
  let quietFrom = firstPaint;
  for (const { from, to } of busy) {
    if (from - quietFrom >= QUIET_MS) break;
    quietFrom = Math.max(quietFrom, to);
  }
  if (until - quietFrom < QUIET_MS) return undefined;
  const ends = longTasks.map(({ to }) => to).filter((to) => to <= quietFrom);
  return Math.max(firstPaint, ...ends);
}

/** What the main thread was blocked between first paint and `interactive`: of each long task what is beyond 50 ms. */
export function blockingTime({ firstPaint, longTasks }: PageActivity, interactive: number): number {
  return longTasks
    .map(({ from, to }) => Math.min(to, interactive) - Math.max(from, firstPaint) - BLOCKING_MS)
    .filter((ms) => ms > 0)
    .reduce((sum, ms) => sum + ms, 0);
}

/** When more was fetched at once than a quiet page may. */
function crowdedSpans(fetches: readonly Span[]): Span[] {
  const edges = fetches.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  const spans: Span[] = [];
  let [count, since] = [0, 0];
  for (const { at, by } of edges.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    if (by > 0 && count === FETCHES_MAX) since = at;
    if (by < 0 && count === FETCHES_MAX + 1) spans.push({ from: since, to: at });
    count += by;
  }
  return spans;
}
