import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { openPglite } from '../../prisma/database/pglite.ts';
import { startPostgres } from '../services/start-postgres.ts';
import { startProgram, type MeasuredProcess } from './measured-process.ts';

/** A server that takes webhooks. */
export interface IntakeTarget {
  readonly name: string;
  /** Where deliveries go. */
  readonly url: string;
  readonly secret: string;
  /** What it answers to a genuine delivery. */
  readonly status: number;
  readonly process: MeasuredProcess;
  /** Ends it and returns how many deliveries it has on record; undefined for one that keeps none. */
  stop(): Promise<{ deliveries: number; jobs: number } | undefined>;
}

/** The GitHub App whose webhooks are sent. */
export interface IntakeApp {
  readonly secret: string;
  readonly privateKey: string;
}

const Counted = z.object({ deliveries: z.coerce.number(), jobs: z.coerce.number() });
const COUNT = `select (select count(*) from delivery) as deliveries,
  (select count(*) from outbox where name = 'handle-delivery') as jobs`;
const SERVES = /"url":"([^"]+)"/;

function targetOf(name: string, server: MeasuredProcess, app: IntakeApp): Omit<IntakeTarget, 'stop' | 'status'> {
  return { name, url: `${server.told}/webhooks/github`, secret: app.secret, process: server };
}

/** Probot's own middleware with a handler that does nothing. */
export async function startBareProbot(app: IntakeApp): Promise<IntakeTarget> {
  const server = await startProgram({
    script: 'test/bench/bare-probot.ts',
    env: { WEBHOOK_SECRET: app.secret },
    ready: SERVES,
  });
  const stop = async (): Promise<undefined> => {
    await server[Symbol.asyncDispose]();
    return undefined;
  };
  return { ...targetOf('bare Probot', server, app), status: 200, stop };
}

function startApp(app: IntakeApp, env: Readonly<Record<string, string>>): Promise<MeasuredProcess> {
  const github = { APP_ID: '1', PRIVATE_KEY: app.privateKey, WEBHOOK_SECRET: app.secret };
  return startProgram({ script: 'app/main.ts', env: { ...github, PORT: '0', ...env }, ready: SERVES });
}

/** `app/main.ts` on a Postgres of its own that flushes every commit to the disk. */
export async function startOnPostgres(app: IntakeApp): Promise<IntakeTarget> {
  const postgres = await startPostgres({ fsync: true });
  const url = await postgres.createDatabase();
  const server = await startApp(app, { DATABASE_URL: url });
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query(COUNT);
    await client.end();
    await postgres[Symbol.asyncDispose]();
    return Counted.parse(rows[0]);
  };
  return { ...targetOf('app on Postgres', server, app), status: 202, stop };
}

/** `app/main.ts` on the embedded database. */
export async function startOnEmbedded(app: IntakeApp): Promise<IntakeTarget> {
  const directory = await mkdtemp(path.join(tmpdir(), 'astraforge-bench-'));
  const server = await startApp(app, { DATA_DIRECTORY: directory });
  const stop = async () => {
    await server[Symbol.asyncDispose]();
    const database = await openPglite({ directory: path.join(directory, 'database') });
    const [counted] = await database.rows(Counted, { action: 'Counting deliveries', text: COUNT });
    await database.close();
    await rm(directory, { recursive: true, force: true });
    return counted;
  };
  return { ...targetOf('app on the embedded database', server, app), status: 202, stop };
}
