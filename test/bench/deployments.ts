import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';
import { startProgram, type MeasuredProcess, type ProgramToMeasure } from './measured-process.ts';

/** AstraForge as it is deployed, each process apart from the benchmark. Disposing drains it. */
export interface Deployment extends AsyncDisposable {
  readonly webhookUrl: string;
  /** By name, as the tables show them. */
  readonly processes: Readonly<Record<string, MeasuredProcess>>;
  /** All log events of a request, oldest first, unparsed. */
  readLog(requestId: string): Promise<unknown>;
}

/** Environment besides database, queue and directories. */
export type DeploymentEnv = Readonly<Record<string, string>>;

/** How AstraForge can be deployed here. */
export const DEPLOYMENTS = { embedded: startEmbedded, services: startServices } as const;
export type DeploymentKind = keyof typeof DEPLOYMENTS;

/** The kinds as people read them. */
export const DEPLOYMENT_NAMES: Readonly<Record<DeploymentKind, string>> = {
  embedded: 'one process, embedded database',
  services: 'app, workers and sandbox on Postgres and Redis',
};

/** Opens things one by one and closes them in reverse, also when one does not open. */
async function stack<Opened>(open: (own: <T extends AsyncDisposable>(part: T) => T) => Promise<Opened>) {
  const parts: AsyncDisposable[] = [];
  const close = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part[Symbol.asyncDispose]();
  };
  try {
    const opened = await open((part) => {
      parts.push(part);
      return part;
    });
    return { ...opened, [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Short, because the sockets in it have long names and may have 107 bytes in all. */
async function temporaryDirectory(): Promise<AsyncDisposable & { path: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'af-bench-'));
  return { path: directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

function startEmbedded(env: DeploymentEnv): Promise<Deployment> {
  return stack(async (own) => {
    const directory = own(await temporaryDirectory());
    const all = own(
      await startProgram({
        script: 'test/bench/serve-embedded.ts',
        env: { ...env, PORT: '0', DATA_DIRECTORY: directory.path },
        ready: /"url":"([^"]+)"/,
      }),
    );
    return {
      webhookUrl: `${all.told}/webhooks/github`,
      processes: { 'all in one': all },
      readLog: (requestId: string) => all.ask('log', { requestId }),
    };
  });
}

function startServices(env: DeploymentEnv): Promise<Deployment> {
  return stack(async (own) => {
    const directory = own(await temporaryDirectory());
    const postgres = own(await startPostgres({ fsync: true }));
    const redis = own(await startRedis({ appendonly: true }));
    const database = await postgres.createDatabase();
    const common = {
      ...env,
      PORT: '0',
      HEALTH_PORT: '0',
      DATABASE_URL: database,
      REDIS_URL: redis.url,
      DATA_DIRECTORY: directory.path,
      SANDBOX_SOCKET: path.join(directory.path, 'sandbox.sock'),
      SOCKET_DIRECTORY: path.join(directory.path, 'doors'),
    };
    const open = async (program: Omit<ProgramToMeasure, 'env'>): Promise<MeasuredProcess> =>
      own(await startProgram({ ...program, env: common }));
    const app = await open({ script: 'app/main.ts', ready: /"url":"([^"]+)"/ });
    const sandbox = await open({ script: 'sandbox/main.ts', ready: /sandbox serves/ });
    const workers = await open({ script: 'workers/main.ts', ready: /workers take requests/ });
    const client = new pg.Pool({ connectionString: database, max: 1 });
    client.on('error', () => undefined);
    own({ [Symbol.asyncDispose]: () => client.end() });
    const readLog = async (requestId: string): Promise<unknown> => {
      const text = 'select event from run_log where request_id = $1 order by position';
      const { rows } = await client.query<{ event: unknown }>(text, [requestId]);
      return rows.map(({ event }) => event);
    };
    return { webhookUrl: `${app.told}/webhooks/github`, processes: { app, workers, sandbox }, readLog };
  });
}
