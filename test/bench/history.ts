import { createHash } from 'node:crypto';
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { openStore } from '../../prisma/store.ts';
import { RUN_EVERY_SEC } from '../prisma/view/fill-runs.ts';
import { findPostgres } from '../services/find-postgres.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { fillHistory } from './fill-history.ts';
import { shown, type BenchContext, type BenchResult, type Figure, type Table } from './figure.ts';
import { LISTS, type MeasuredList } from './history-lists.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { median, percentile, spreadOf } from './statistics.ts';
import { openApp } from './stream-scene.ts';

const RATIO_MAX = 2;
const FEW = 1_000;
/** Of each list in a round; as many single runs are read. */
const FULL = { many: 1_000_000, rounds: 7, each: 20 };
const QUICK = { many: 20_000, rounds: 1, each: 2 };
/** One a minute, in the 30 days that an overview sums up. */
const OVERVIEW_RUNS = 30 * 24 * 60;
const TITLE = 'History: lists and reads over many runs';

/** `app` over one database. */
interface Side {
  readonly runs: number;
  readonly server: MeasuredProcess;
  readonly key: string;
  readonly agent: Agent;
  /** Path of the page after one in the middle of the list. */
  next: string;
}

/** One call: how long it took, how many rows came, and its `Link` header. */
interface Asked {
  readonly tookMs: number;
  readonly rows: number;
  readonly link: string;
}

/** 99 of 100 calls of one round took at most this, in milliseconds. */
interface Round {
  readonly listMs: number;
  /** Each list for itself, by call. */
  readonly byList: ReadonlyMap<MeasuredList, readonly Asked[]>;
  readonly readMs: number;
  readonly overviewMs: number;
}

/** Measures what a million runs cost whoever looks, against a thousand. */
export async function benchHistory({ quick, say }: BenchContext): Promise<BenchResult> {
  const size = quick ? QUICK : FULL;
  const found = findPostgres();
  if (!found.found) return { title: TITLE, method: [], figures: [], tables: [], leftOut: [found.reason] };
  await using postgres = await startPostgres({ fsync: false });
  const sides: Side[] = [];
  try {
    for (const runs of [FEW, size.many]) {
      say(`filling a database with ${runs} runs`);
      sides.push(await openSide(postgres, runs));
    }
    const rounds: [Round[], Round[]] = [[], []];
    for (const side of sides) await measure(side, Math.ceil(size.each / 4));
    for (let round = 1; round <= size.rounds; round += 1) {
      for (const [index, side] of sides.entries()) rounds[index === 0 ? 0 : 1].push(await measure(side, size.each));
      const [few, many] = rounds.map((of) => shown(of.at(-1)?.listMs ?? 0));
      say(`round ${round} of ${size.rounds}: lists, p99: ${few} ms with few, ${many} ms with many`);
    }
    return report({ few: rounds[0], many: rounds[1] }, size);
  } finally {
    for (const { server, agent } of sides) {
      agent.destroy();
      await server[Symbol.asyncDispose]();
    }
  }
}

async function openSide(postgres: Postgres, runs: number): Promise<Side> {
  const url = await postgres.createDatabase();
  await (await openStore({ kind: 'postgres', url })).store.close();
  await fillHistory(url, runs);
  const { app: server, key } = await openApp({ DATABASE_URL: url });
  const side: Side = { runs, server, key, agent: new Agent({ keepAlive: true }), next: '' };
  const middle = new Date(Date.now() - (runs / 2) * RUN_EVERY_SEC * 1_000).toISOString();
  const { link } = await asked(side, `/runs?until=${middle}`);
  side.next = /<\/api([^>]+)>/.exec(link)?.[1] ?? '';
  if (side.next === '') throw new Error('the middle of the list has no page after it');
  return side;
}

async function measure(side: Side, each: number): Promise<Round> {
  const byList = new Map<MeasuredList, Asked[]>(LISTS.map((list) => [list, []]));
  const reads: number[] = [];
  const overviews: number[] = [];
  for (let turn = 0; turn < each; turn += 1) {
    for (const [list, calls] of byList) {
      calls.push(await asked(side, list.ask(Math.random(), side)));
      reads.push((await asked(side, `/runs/${idOf(side)}`)).tookMs);
    }
    overviews.push((await asked(side, '/overview')).tookMs);
  }
  const listMs = percentile(
    [...byList.values()].flat().map(({ tookMs }) => tookMs),
    0.99,
  );
  return { listMs, byList, readMs: percentile(reads, 0.99), overviewMs: median(overviews) };
}

/** As the rows were made: the digest of a number. */
function idOf({ runs }: Side): string {
  const digest = createHash('md5')
    .update(`r${1 + Math.floor(Math.random() * runs)}`)
    .digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

function asked({ server, key, agent }: Side, path: string): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const call = get(`${server.told}/api${path}`, { agent, headers: { 'x-api-key': key } }, (answer) => {
      text(answer).then((body) => {
        const tookMs = performance.now() - begun;
        const { link = '' } = answer.headers;
        if (answer.statusCode !== 200) reject(new Error(`${path} was answered ${answer.statusCode}: ${body}`));
        else resolve({ tookMs, rows: rowsIn(body), link: String(link) });
      }, reject);
    });
    call.once('error', reject);
  });
}

function rowsIn(body: string): number {
  const parsed: unknown = JSON.parse(body);
  return Array.isArray(parsed) ? parsed.length : 0;
}

function report({ few, many }: { few: readonly Round[]; many: readonly Round[] }, size: typeof FULL): BenchResult {
  const figure = (name: string, pick: (round: Round) => number): Figure => {
    const ratio = median(many.map((round, index) => pick(round) / pick(few[index] ?? round)));
    return {
      name: `${name}, p99 with ${size.many.toLocaleString('en')} runs`,
      unit: 'ms',
      measured: spreadOf(many.map(pick)),
      floor: spreadOf(few.map(pick)),
      relation: { kind: 'ratio', value: ratio },
      target: { text: `≤ ${RATIO_MAX} × floor`, met: ratio <= RATIO_MAX },
    };
  };
  return {
    title: TITLE,
    method: [
      `\`app/main.ts\` over a Postgres with ${size.many.toLocaleString('en')} settled runs; the floor is the same over ${FEW.toLocaleString('en')}. One client asks over HTTP, one call after the other on a kept connection, ${size.rounds} rounds in turn; in each ${size.each} times every list of the table and as many single runs drawn at random, which bring their log and diff. Lists have 50 rows. They are by every filter of the dashboard and of the API, alone and in mixtures, and from places far down. With few runs many filters find less than a page, which costs less: rows are in the table. The ratio of the figure is the median over the rounds of p99 / p99 of all calls in the same round.`,
      `The overview of 30 days took ${shown(median(many.map(({ overviewMs }) => overviewMs)))} ms (median) over the ${Math.min(size.many, OVERVIEW_RUNS).toLocaleString('en')} runs of these days, which is what it sums up; with ${FEW.toLocaleString('en')} it took ${shown(median(few.map(({ overviewMs }) => overviewMs)))} ms.`,
    ],
    figures: [figure('List of runs', ({ listMs }) => listMs), figure('One run', ({ readMs }) => readMs)],
    tables: [tableOf({ few, many })],
    leftOut: [],
  };
}

/** Each list for itself over all rounds; the 99th percentile of so few calls is nearly the worst of them. */
function tableOf({ few, many }: { few: readonly Round[]; many: readonly Round[] }): Table {
  const callsOf = (rounds: readonly Round[], list: MeasuredList) =>
    rounds.flatMap(({ byList }) => byList.get(list) ?? []);
  const columns = [(calls: readonly Asked[]) => median(calls.map(({ rows }) => rows))];
  for (const share of [0.5, 0.99])
    columns.push((calls) =>
      percentile(
        calls.map(({ tookMs }) => tookMs),
        share,
      ),
    );
  return {
    title: 'Each list, in ms; rows: median of a call',
    header: ['list', ...['rows', 'median', 'p99'].flatMap((name) => [`${name}, few`, `${name}, many`])],
    rows: LISTS.map((list) => {
      const sides = [callsOf(few, list), callsOf(many, list)];
      return [list.name, ...columns.flatMap((column) => sides.map((calls) => shown(column(calls))))];
    }),
  };
}
