import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { findPostgres } from '../services/find-postgres.ts';
import { shown, shownSpread, type BenchContext, type BenchResult, type Figure, type Table } from './figure.ts';
import {
  startBareProbot,
  startOnEmbedded,
  startOnPostgres,
  type IntakeApp,
  type IntakeTarget,
} from './intake-targets.ts';
import { LoadResult, type LoadPlan } from './load-plan.ts';
import { startProgram, type MeasuredProcess } from './measured-process.ts';
import { median, spreadOf, type Spread } from './statistics.ts';
import { deliveryBytes } from './unique-deliveries.ts';

const CONNECTIONS = 20;
const RATIO_MIN = 0.4;
const OPEN_PER_SECOND = 200;
const OPEN_CONNECTIONS_MAX = 256;
const OPEN_P99_MS_MAX = 100;
/** More than any of the servers answers in one round. */
const COUNT_MAX = 40_000;
const FULL = { rounds: 7, roundMs: 3_000, warmUpMs: 2_000, openMs: 10_000 };
const QUICK = { rounds: 1, roundMs: 400, warmUpMs: 300, openMs: 500 };

interface Round extends LoadResult {
  readonly perSecond: number;
  /** Processor time of the server process for one delivery. */
  readonly serverMicros: number;
}

interface Measured {
  readonly target: IntakeTarget;
  sent: number;
  readonly closed: Round[];
  readonly open: Round[];
}

/** Measures how fast a signed webhook is on record, against Probot that records nothing. */
export async function benchIntake({ quick, say }: BenchContext): Promise<BenchResult> {
  const size = quick ? QUICK : FULL;
  const leftOut: string[] = [];
  const app = makeApp();
  say('starting the servers and the load generator');
  const targets = [await startBareProbot(app)];
  const postgres = findPostgres();
  if (postgres.found) targets.push(await startOnPostgres(app));
  else leftOut.push(`app on Postgres: ${postgres.reason}`);
  targets.push(await startOnEmbedded(app));
  const measured = targets.map((target): Measured => ({ target, sent: 0, closed: [], open: [] }));
  {
    await using generator = await startProgram({ script: 'test/bench/send-load.ts', ready: /waits/ });
    const closed = (durationMs: number): LoadPlan['pace'] => ({
      kind: 'closed',
      connections: CONNECTIONS,
      durationMs,
      countMax: COUNT_MAX,
    });
    for (const one of measured) await load(generator, one, closed(size.warmUpMs));
    for (let round = 1; round <= size.rounds; round += 1) {
      for (const one of measured) one.closed.push(await load(generator, one, closed(size.roundMs)));
      const reached = measured.map(
        ({ target, closed: rounds }) => `${target.name} ${shown(rounds.at(-1)?.perSecond ?? 0)}/s`,
      );
      say(`round ${round} of ${size.rounds}: ${reached.join(', ')}`);
    }
    const open = { kind: 'open', perSecond: OPEN_PER_SECOND, connectionsMax: OPEN_CONNECTIONS_MAX } as const;
    for (const one of measured) one.open.push(await load(generator, one, { ...open, durationMs: size.openMs }));
  }
  for (const one of measured) await settle(one);
  return report(measured, { size, leftOut });
}

function makeApp(): IntakeApp {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return { secret: randomBytes(32).toString('hex'), privateKey };
}

async function load(generator: MeasuredProcess, measured: Measured, pace: LoadPlan['pace']): Promise<Round> {
  const { url, secret, status, process: server } = measured.target;
  const before = await server.usage();
  const plan: LoadPlan = { url, secret, status, pace };
  const result = LoadResult.parse(await generator.ask('load', plan));
  const after = await server.usage();
  measured.sent += result.answered;
  return {
    ...result,
    perSecond: (result.answered * 1_000) / result.elapsedMs,
    serverMicros: (after.cpuMicros - before.cpuMicros) / result.answered,
  };
}

/** Every delivery that was answered 202 must be on record, with its job; otherwise the rate says nothing. */
async function settle({ target, sent }: Measured): Promise<void> {
  const onRecord = await target.stop();
  if (onRecord === undefined) return;
  if (onRecord.deliveries !== sent || onRecord.jobs !== sent)
    throw new Error(`${target.name}: ${sent} answered 202, on record ${JSON.stringify(onRecord)}`);
}

function report(
  measured: readonly Measured[],
  { size, leftOut }: { size: typeof FULL; leftOut: readonly string[] },
): BenchResult {
  const [floor, ...ours] = measured;
  if (floor === undefined) throw new Error('nothing was measured');
  const onRecord = ours.map(({ target, sent }) => `${sent} by ${target.name}`).join(', ');
  return {
    title: 'Intake: from a signed webhook to a durable 202',
    method: [
      `The floor is Probot's \`createNodeMiddleware\` on a plain \`node:http\` server with a handler that does nothing: it checks the signature, parses and forgets. Against it, \`app/main.ts\` as it is deployed; Postgres runs with \`fsync\` on. Servers and load generator are processes of their own; no workers run, so nothing reads what was recorded.`,
      `Each delivery is an \`issue_comment\` of ${deliveryBytes()} bytes from GitHub's webhook examples with a body of its own, signed before the clock starts. ${CONNECTIONS} keep-alive connections send without a pause; ${size.rounds} rounds of ${size.roundMs / 1_000} s, in which the servers take turns. The ratio is the median over the rounds of rate / rate in the same round.`,
      `For the time at ${OPEN_PER_SECOND} deliveries a second, sending keeps its pace whatever the answers do, and each time counts from the moment the delivery was due (${size.openMs / 1_000} s). Every answer had to be 202, and afterwards the deliveries were counted in the database, each with its job: ${onRecord}.`,
    ],
    figures: [...ours.map((one) => rateFigure(one, floor)), ...ours.map((one) => openFigure(one, floor))],
    tables: [roundsTable(measured)],
    leftOut,
  };
}

function rateFigure(one: Measured, floor: Measured): Figure {
  const ratio = median(
    one.closed.map(({ perSecond }, round) => perSecond / (floor.closed[round]?.perSecond ?? Number.NaN)),
  );
  const isTarget = one.target.name === 'app on Postgres';
  return {
    name: `Deliveries on record, ${one.target.name}`,
    unit: '/s',
    measured: rates(one),
    floor: rates(floor),
    relation: { kind: 'ratio', value: ratio },
    ...(isTarget ? { target: { text: `≥ ${RATIO_MIN} × floor`, met: ratio >= RATIO_MIN } } : {}),
  };
}

function openFigure(one: Measured, floor: Measured): Figure {
  const p99 = (of: Measured): Spread => spreadOf(of.open.map(({ p99Ms }) => p99Ms));
  const measured = p99(one);
  return {
    name: `99 % answered at ${OPEN_PER_SECOND}/s within, ${one.target.name}`,
    unit: 'ms',
    measured,
    floor: p99(floor),
    target: { text: `≤ ${OPEN_P99_MS_MAX} ms`, met: measured.median <= OPEN_P99_MS_MAX },
  };
}

function rates({ closed }: Measured): Spread {
  return spreadOf(closed.map(({ perSecond }) => perSecond));
}

function roundsTable(measured: readonly Measured[]): Table {
  const of = (rounds: readonly Round[], pick: (round: Round) => number): string =>
    shownSpread(spreadOf(rounds.map(pick)));
  return {
    title: `${CONNECTIONS} connections, median over the rounds (min–max)`,
    header: ['', 'deliveries/s', 'p50 ms', 'p99 ms', 'CPU of the server, µs each', 'generator, share of a CPU'],
    rows: measured.map(({ target, closed }) => [
      target.name,
      of(closed, ({ perSecond }) => perSecond),
      of(closed, ({ p50Ms }) => p50Ms),
      of(closed, ({ p99Ms }) => p99Ms),
      of(closed, ({ serverMicros }) => serverMicros),
      of(closed, ({ generatorShare }) => generatorShare),
    ]),
  };
}
