import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../services/launch-chromium.ts';
import { missingServices } from '../services/missing-services.ts';
import { shown, type BenchContext, type BenchResult } from './figure.ts';
import { median, percentile, spreadOf } from './statistics.ts';
import { openStreamScene, reasonAgainstStreams, type StreamScene } from './stream-scene.ts';
import { watchLines } from './watched-lines.ts';

const TITLE = 'Log in a browser: from a worker to the page';
const FULL = { rounds: 5, appends: 200 };
const QUICK = { rounds: 1, appends: 20 };
/** Lines come at no fixed pace, so that none keeps step with what the page does by itself. */
const PAUSE_MS_MAX = 40;

/** Listens to a log as a page without anything else would, and puts each message into itself. */
const listenTo = (id: string): string => `
  new EventSource('/api/runs/${id}/logs/stream').addEventListener('message', ({ data }) => {
    document.body.append(Object.assign(document.createElement('p'), { textContent: JSON.parse(data).message ?? '' }));
  });
`;

/** 99th percentile and median of one round, in milliseconds; `doubtMs`: how well the clocks were known to each other. */
interface Round {
  readonly p99Ms: number;
  readonly medianMs: number;
  readonly doubtMs: number;
}

/** Measures how soon a line of a log is in the dashboard that somebody has open. */
export async function benchBrowser({ quick, say }: BenchContext): Promise<BenchResult> {
  const size = quick ? QUICK : FULL;
  const reason = (await reasonAgainstStreams()) ?? (await missingServices()).chromium;
  if (reason !== undefined) return { title: TITLE, method: [], figures: [], tables: [], leftOut: [reason] };
  await using scene = await openStreamScene();
  const browser = await launchChromium();
  try {
    const rounds: { ours: Round; floor: Round }[] = [];
    await measure({ scene, browser, page: 'ours' }, Math.ceil(size.appends / 4));
    for (let round = 1; round <= size.rounds; round += 1) {
      const floor = await measure({ scene, browser, page: 'bare' }, size.appends);
      const ours = await measure({ scene, browser, page: 'ours' }, size.appends);
      rounds.push({ ours, floor });
      say(`round ${round} of ${size.rounds}: ${shown(ours.p99Ms)} ms, in a bare page ${shown(floor.p99Ms)} ms`);
    }
    return report(rounds, size);
  } finally {
    await browser.close();
  }
}

/** Appends lines one by one, each once the one before is in the page. */
async function measure(
  { scene, browser, page }: { scene: StreamScene; browser: Browser; page: 'ours' | 'bare' },
  appends: number,
): Promise<Round> {
  const run = await scene.talker();
  const context = await browser.newContext({ extraHTTPHeaders: { 'x-api-key': scene.key } });
  try {
    const { told } = scene.app;
    const watched =
      page === 'ours'
        ? await watchLines(context, `${told}/runs/${run.id}`)
        : await watchLines(context, `${told}/healthz`, listenTo(run.id));
    await run.say(['line-0']);
    await watched.arrival('line-0');
    const tookMs: number[] = [];
    for (let append = 1; append <= appends; append += 1) {
      await sleep(Math.random() * PAUSE_MS_MAX);
      const begun = performance.now();
      await run.say([`line-${append}`]);
      tookMs.push((await watched.arrival(`line-${append}`)) - begun);
    }
    return { p99Ms: percentile(tookMs, 0.99), medianMs: median(tookMs), doubtMs: watched.doubtMs };
  } finally {
    await context.close();
    await run.end();
  }
}

function report(rounds: readonly { ours: Round; floor: Round }[], size: typeof FULL): BenchResult {
  const figure = (name: string, pick: (round: Round) => number) => ({
    name,
    unit: 'ms',
    measured: spreadOf(rounds.map(({ ours }) => pick(ours))),
    floor: spreadOf(rounds.map(({ floor }) => pick(floor))),
    relation: {
      kind: 'difference' as const,
      value: median(rounds.map(({ ours, floor }) => pick(ours) - pick(floor))),
    },
  });
  const doubtMs = Math.max(...rounds.flatMap(({ ours, floor }) => [ours.doubtMs, floor.doubtMs]));
  return {
    title: TITLE,
    method: [
      `A worker's part is played as for the log streams (Postgres with fsync, Redis, \`app/main.ts\`), and the dashboard's page of the run is open in headless Chromium, following. ${size.appends} times a round, ${size.rounds} rounds, one line is appended, each up to ${PAUSE_MS_MAX} ms after the one before was seen; the time ends when a MutationObserver finds it in the tree of the document, before it is painted.`,
      `The floor is the same with a page that holds nothing but an EventSource and appends a paragraph for each message. The dashboard gathers events for 80 ms before it shows them, so that a burst is one repaint; that is most of the difference. The clocks of page and benchmark were known to each other within ${shown(doubtMs)} ms (half of the shortest of 40 calls).`,
    ],
    figures: [
      figure('Append to the line in the page, p99', ({ p99Ms }) => p99Ms),
      figure('Append to the line in the page, median', ({ medianMs }) => medianMs),
    ],
    tables: [],
    leftOut: [],
  };
}
