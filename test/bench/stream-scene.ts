import { randomBytes } from 'node:crypto';
import { openRunLogStream } from '../../app/redis/run-log.ts';
import { openStore, type OpenedStore } from '../../prisma/store.ts';
import { anEvent, claimed, submitted } from '../contract/store-subject.ts';
import { missingServices } from '../services/missing-services.ts';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';
import { startProgram, type MeasuredProcess } from './measured-process.ts';

/** Who measures asks more often than any client may. */
const LIMITLESS = '100000000';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** What writes logs, and `app`, which tells them; each reaches the other through Postgres and Redis alone. */
export interface StreamScene extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly app: MeasuredProcess;
  /** Of an administrator. */
  readonly key: string;
  /** Begins a run that says whatever it is told to. */
  talker(): Promise<Talker>;
}

/** A run at work. */
export interface Talker {
  readonly id: string;
  /** Appends events in one step; gives the last one's position, and when they were on record, by `performance.now()`. */
  say(texts: readonly string[]): Promise<{ readonly position: number; readonly recorded: number }>;
  end(): Promise<void>;
}

/** Why this machine has no such scene, if so. */
export async function reasonAgainstStreams(): Promise<string | undefined> {
  const missing = await missingServices();
  return missing.postgres ?? missing.redis;
}

/** Opens it on a Postgres that flushes and a Redis, all made for it. */
export async function openStreamScene(): Promise<StreamScene> {
  const opened: (() => PromiseLike<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.toReversed()) await one();
  };
  try {
    const postgres = await startPostgres({ fsync: true });
    opened.push(() => postgres[Symbol.asyncDispose]());
    const redis = await startRedis();
    opened.push(() => redis[Symbol.asyncDispose]());
    const databaseUrl = await postgres.createDatabase();
    const store = await openStore({ kind: 'postgres', url: databaseUrl });
    opened.push(() => store.store.close());
    const options = { url: redis.url, prefix: 'runlog', maxLength: 512, blockMs: 5_000, retentionSeconds: 600 };
    const stream = openRunLogStream(options, { record: store.store.log, logger: quiet });
    opened.push(() => stream.close());
    const { app, key } = await openApp({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url });
    opened.push(() => app[Symbol.asyncDispose]());
    return { databaseUrl, app, key, talker: () => beginTalker(store, stream), [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Starts `app` over a migrated database, with an administrator's key to call it with. */
export async function openApp(env: Readonly<Record<string, string>>): Promise<{ app: MeasuredProcess; key: string }> {
  const [key, secret] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('hex')];
  const api = { API_KEY_PEPPER: secret, API_ADMIN_KEY: key, WEBHOOK_SECRET: secret, API_CALLS_PER_MINUTE: LIMITLESS };
  const app = await startProgram({
    script: 'app/main.ts',
    env: { LOG_LEVEL: 'info', PORT: '0', ...api, ...env },
    ready: /"url":"([^"]+)"/,
  });
  return { app, key };
}

async function beginTalker({ store }: OpenedStore, stream: ReturnType<typeof openRunLogStream>): Promise<Talker> {
  const { request, run } = await submitted(store);
  const claim = await claimed(store, run);
  return {
    id: run.id,
    async say(texts) {
      const placed = await store.runs.advance(claim, { log: texts.map((line) => anEvent(run, line)) });
      if (placed === 'lost') throw new Error('the claim was lost');
      const recorded = performance.now();
      await stream.publish(request.id, placed);
      return { position: placed.at(-1)?.position ?? 0, recorded };
    },
    async end() {
      const last = { ...anEvent(run, 'done'), type: 'completed' as const, final: true };
      const placed = await store.runs.advance(claim, { run: { status: 'succeeded' }, log: [last] });
      if (placed !== 'lost') await stream.publish(request.id, placed);
    },
  };
}
