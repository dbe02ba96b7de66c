import type { Browser } from 'playwright-core';
import { launchChromium } from '../services/launch-chromium.ts';
import { missingServices } from '../services/missing-services.ts';
import { shown, type BenchContext, type BenchResult, type Figure, type Table } from './figure.ts';
import { fillHistory } from './fill-history.ts';
import { median, spreadOf } from './statistics.ts';
import { openStreamScene, reasonAgainstStreams, type StreamScene } from './stream-scene.ts';
import { loadThrottled, SLOW_4G, SLOWER, type PageLoad } from './throttled-load.ts';

const TITLE = 'Dashboard: first load on a phone';
const SCRIPT_KB_MAX = 200;
const RUNS = 1_000;
const LOG_LINES = 300;
const FULL = { rounds: 5 };
const QUICK = { rounds: 1 };
const BYTES_PER_KB = 1_000;

/** What is opened: pages of the dashboard, and one that holds a few words and no script. */
interface Opened {
  readonly pages: readonly { readonly name: string; readonly path: string }[];
  readonly bare: string;
}

/** Measures what browsers have to fetch, and how long people wait until a page does what they want. */
export async function benchPageLoad({ quick, say }: BenchContext): Promise<BenchResult> {
  const { rounds } = quick ? QUICK : FULL;
  const reason = (await reasonAgainstStreams()) ?? (await missingServices()).chromium;
  if (reason !== undefined) return { title: TITLE, method: [], figures: [], tables: [], leftOut: [reason] };
  await using scene = await openStreamScene();
  const opened = await prepare(scene);
  const browser = await launchChromium();
  try {
    const floor: PageLoad[] = [];
    const loads = new Map<string, PageLoad[]>(opened.pages.map(({ name }) => [name, []]));
    // The server compresses a file when it is first asked for.
    for (const { path } of opened.pages) await load({ scene, browser }, path);
    for (let round = 1; round <= rounds; round += 1) {
      floor.push(await load({ scene, browser }, opened.bare));
      for (const { name, path } of opened.pages) loads.get(name)?.push(await load({ scene, browser }, path));
      const told = [...loads].map(([name, of]) => `${name} ${shown(of.at(-1)?.interactiveMs ?? 0)} ms`);
      say(`round ${round} of ${rounds}: interactive after: ${told.join(', ')}`);
    }
    return report({ loads, floor }, rounds);
  } finally {
    await browser.close();
  }
}

/** A history to list, and a run with a log. */
async function prepare(scene: StreamScene): Promise<Opened> {
  await fillHistory(scene.databaseUrl, RUNS);
  const run = await scene.talker();
  await run.say(Array.from({ length: LOG_LINES }, (_, at) => `line ${at}`));
  await run.end();
  const pages = [
    { name: 'overview', path: '/' },
    { name: 'runs', path: '/runs' },
    { name: 'a run', path: `/runs/${run.id}` },
  ];
  return { pages, bare: '/healthz' };
}

function load({ scene, browser }: { scene: StreamScene; browser: Browser }, path: string): Promise<PageLoad> {
  return loadThrottled(browser, `${scene.app.told}${path}`, scene.key);
}

function report(
  { loads, floor }: { loads: ReadonlyMap<string, readonly PageLoad[]>; floor: readonly PageLoad[] },
  rounds: number,
): BenchResult {
  const scriptKb = (of: readonly PageLoad[]) => spreadOf(of.map(({ scriptBytes }) => scriptBytes / BYTES_PER_KB));
  const [heaviest] = [...loads].toSorted(([, a], [, b]) => scriptKb(b).median - scriptKb(a).median);
  const script = scriptKb(heaviest?.[1] ?? []);
  const interactive = [...loads].map(([name, of]): Figure => ({
    name: `Interactive after, ${name} (slow 4G, processor ÷ ${SLOWER})`,
    unit: 'ms',
    measured: spreadOf(of.map(({ interactiveMs }) => interactiveMs)),
    floor: spreadOf(floor.map(({ firstPaintMs }) => firstPaintMs)),
    relation: {
      kind: 'difference',
      value: median(of.map(({ interactiveMs }, at) => interactiveMs - (floor[at]?.firstPaintMs ?? 0))),
    },
  }));
  return {
    title: TITLE,
    method: methodOf(rounds),
    figures: [
      {
        name: `Script of a first load, compressed (heaviest page: ${heaviest?.[0] ?? ''})`,
        unit: 'kB',
        measured: script,
        target: { text: `< ${SCRIPT_KB_MAX} kB`, met: script.max < SCRIPT_KB_MAX },
      },
      ...interactive,
    ],
    tables: [tableOf(loads)],
    leftOut: [],
  };
}

function methodOf(rounds: number): string[] {
  return [
    `Headless Chromium opens pages of \`app/main.ts\` (Postgres and Redis, ${RUNS.toLocaleString('en')} runs, a log of ${LOG_LINES} lines), ${rounds} times each in turn, with an empty cache and a window of a phone. By DevTools its processor is ${SLOWER} times slower and its network is Lighthouse's slow 4G: ${SLOW_4G.latencyMs} ms until an answer begins, ${shown(SLOW_4G.downKbit)} kbit/s down, ${SLOW_4G.upKbit} kbit/s up. Lighthouse itself was not used.`,
    'Interactive is its *time to interactive*: the end of the last task of more than 50 ms of the main thread before the first five seconds without such a task and with at most two fetches under way, and the first contentful paint when there was none. Blocked: what such tasks took beyond 50 ms each, from first paint to interactive. The floor is the first contentful paint of a page of the same server that holds one line of text.',
    'Script counts the bodies of all `.js` files that were asked for until the page was interactive, as they came over the wire (`encodedBodySize`): in the encoding that the browser and the server agreed on.',
  ];
}

function tableOf(loads: ReadonlyMap<string, readonly PageLoad[]>): Table {
  const middle = (of: readonly PageLoad[], pick: (one: PageLoad) => number): string => shown(median(of.map(pick)));
  return {
    title: 'Pages, medians',
    header: [
      'page',
      'first paint, ms',
      'largest paint, ms',
      'interactive, ms',
      'blocked, ms',
      'scripts',
      'script, kB',
      'all, kB',
    ],
    rows: [...loads].map(([name, of]) => [
      name,
      middle(of, (one) => one.firstPaintMs),
      middle(of, (one) => one.largestPaintMs),
      middle(of, (one) => one.interactiveMs),
      middle(of, (one) => one.blockingMs),
      String(of[0]?.scripts ?? 0),
      middle(of, (one) => one.scriptBytes / BYTES_PER_KB),
      middle(of, (one) => one.bytes / BYTES_PER_KB),
    ]),
  };
}
