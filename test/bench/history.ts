import { createHash, randomBytes } from 'node:crypto';
import { Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { z } from 'zod';
import { openStore } from '../../prisma/store.ts';
import { fillRuns } from '../prisma/view/fill-runs.ts';
import { findPostgres } from '../services/find-postgres.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { shown, type BenchContext, type BenchResult, type Figure } from './figure.ts';
import { startProgram, type MeasuredProcess } from './measured-process.ts';
import { median, percentile, spreadOf } from './statistics.ts';

const RATIO_MAX = 2;
const FEW = 1_000;
const FULL = { many: 1_000_000, rounds: 7, calls: 400 };
const QUICK = { many: 20_000, rounds: 1, calls: 40 };
/** One a minute, in the 30 days that an overview sums up. */
const OVERVIEW_RUNS = 30 * 24 * 60;
const TITLE = 'History: lists and reads over many runs';

/** What is asked for, with a number from 0 to 1 that chooses among what there is. */
const LISTS: readonly ((at: number) => string)[] = [
  () => '/runs',
  () => '/runs?state=failed',
  () => '/runs?state=awaiting_approval',
  (at) => `/runs?repository=octo/tool-${1 + Math.floor(at * 200)}`,
  (at) => `/runs?repository=octo/tool-1&state=succeeded&requester=person-${1 + Math.floor(at * 500)}`,
  (at) => `/runs?requester=person-${1 + Math.floor(at * 500)}`,
  () => '/runs?source=elsewhere',
  () => '/requests',
  () => '/merge-requests',
];

/** `app` over one database. */
interface Side {
  readonly runs: number;
  readonly server: MeasuredProcess;
  readonly key: string;
  readonly agent: Agent;
}

/** 99 of 100 calls of one round took at most this, in milliseconds. */
interface Round {
  readonly listMs: number;
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
    for (const side of sides) await measure(side, size.calls / 4);
    for (let round = 1; round <= size.rounds; round += 1) {
      for (const [index, side] of sides.entries()) rounds[index === 0 ? 0 : 1].push(await measure(side, size.calls));
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
  await fill(url, runs);
  const key = randomBytes(32).toString('base64url');
  const secret = randomBytes(32).toString('hex');
  const server = await startProgram({
    script: 'app/main.ts',
    env: {
      DATABASE_URL: url,
      PORT: '0',
      WEBHOOK_SECRET: secret,
      API_KEY_PEPPER: secret,
      API_ADMIN_KEY: key,
      LOG_LEVEL: 'info',
    },
    ready: /"url":"([^"]+)"/,
  });
  return { runs, server, key, agent: new Agent({ keepAlive: true }) };
}

const Index = z.array(z.object({ name: z.string(), definition: z.string() }));

/** Indexes are made once the rows are there, and references not looked at, which saves most of the time. */
async function fill(url: string, runs: number): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query(
      `select indexname as name, indexdef as definition from pg_indexes
       where schemaname = 'public' and tablename in ('delivery', 'request', 'run') and indexname not like '%_pkey'`,
    );
    const indexes = Index.parse(rows);
    await client.query('set session_replication_role = replica');
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    for (const statement of fillRuns(runs)) await client.query(statement);
    for (const { definition } of indexes) await client.query(definition);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

async function measure(side: Side, calls: number): Promise<Round> {
  const lists: number[] = [];
  const reads: number[] = [];
  const overviews: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const list = LISTS[call % LISTS.length] ?? (() => '/runs');
    lists.push(await timed(side, list(Math.random())));
    reads.push(await timed(side, `/runs/${idOf(side)}`));
    if (call % 20 === 0) overviews.push(await timed(side, '/overview'));
  }
  return { listMs: percentile(lists, 0.99), readMs: percentile(reads, 0.99), overviewMs: percentile(overviews, 0.5) };
}

/** As the rows were made: the digest of a number. */
function idOf({ runs }: Side): string {
  const digest = createHash('md5')
    .update(`r${1 + Math.floor(Math.random() * runs)}`)
    .digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

function timed({ server, key, agent }: Side, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const call = get(`${server.told}/api${path}`, { agent, headers: { 'x-api-key': key } }, (answer) => {
      text(answer).then((body) => {
        if (answer.statusCode !== 200) reject(new Error(`${path} was answered ${answer.statusCode}: ${body}`));
        else resolve(performance.now() - begun);
      }, reject);
    });
    call.once('error', reject);
  });
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
      `\`app/main.ts\` over a Postgres with ${size.many.toLocaleString('en')} settled runs; the floor is the same over ${FEW.toLocaleString('en')}. One client asks over HTTP, one call after the other on a kept connection, ${size.calls} lists and ${size.calls} single runs a round, ${size.rounds} rounds in turn. Lists of 50 are of all runs, by state (one of them rare), repository, requester and source and mixtures, of requests and of changes; single runs are drawn at random.`,
      `The overview of 30 days took ${shown(median(many.map(({ overviewMs }) => overviewMs)))} ms (median) over the ${Math.min(size.many, OVERVIEW_RUNS).toLocaleString('en')} runs of these days, which is what it sums up; with ${FEW.toLocaleString('en')} it took ${shown(median(few.map(({ overviewMs }) => overviewMs)))} ms.`,
    ],
    figures: [figure('List of runs', ({ listMs }) => listMs), figure('One run', ({ readMs }) => readMs)],
    tables: [],
    leftOut: [],
  };
}
