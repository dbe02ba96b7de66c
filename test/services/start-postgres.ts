import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { findPostgres } from './find-postgres.ts';
import { startRestartable, type RestartableServer } from './restartable-server.ts';
import { startServerProcess } from './server-process.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

/** A Postgres cluster of its own in a temporary directory; gone with `await using`. */
export interface Postgres extends AsyncDisposable {
  /** URL of the maintenance database, with a password made for this cluster. Listens on 127.0.0.1 only. */
  readonly url: string;
  /** Directory of its unix socket, for clients that prefer it. */
  readonly socketDirectory: string;
  /** A new database by URL: empty, or a copy of the database at `from`, which nobody may be connected to. */
  createDatabase(from?: string): Promise<string>;
  /** Drops all connections at once and leaves recovery to the next start, as a crash would. The port is kept. */
  crash(): Promise<void>;
  /** Starts it again after a crash. */
  resume(): Promise<void>;
}

/** How durable the cluster is. */
export interface PostgresOptions {
  /** Flush to the disk at each commit, as in production. Default: true; benches compare with it, most tests may go without. */
  readonly fsync?: boolean;
}

const USER = 'astraforge';
const CONNECT_TIMEOUT_MS = 10_000;

/** Creates and starts a cluster (about 1 s). Throws with the reason when the machine has no Postgres: ask `findPostgres` first. */
export async function startPostgres({ fsync = true }: PostgresOptions = {}): Promise<Postgres> {
  const binaries = findPostgres();
  if (!binaries.found) throw new Error(binaries.reason);
  const home = await mkdtemp(join(tmpdir(), 'astraforge-pg-'));
  const password = randomBytes(16).toString('hex');
  try {
    await initialise(binaries.value, home, password);
    const program = join(binaries.value, 'postgres');
    const server = await startRestartable((port) => startServerProcess(serverCommand(program, { home, port, fsync })));
    return cluster(`postgresql://${USER}:${password}@127.0.0.1:${server.port}/postgres`, home, server);
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}

function cluster(url: string, home: string, server: RestartableServer): Postgres {
  let databases = 0;
  return {
    url,
    socketDirectory: home,
    createDatabase: async (from) => {
      databases += 1;
      const name = `test_${databases}`;
      const template = from === undefined ? 'template0' : new URL(from).pathname.slice(1);
      await execute(url, `create database ${name} template ${pg.escapeIdentifier(template)}`);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    crash: () => server.stop('SIGQUIT'),
    resume: () => server.resume(),
    [Symbol.asyncDispose]: async () => {
      await server.stop('SIGINT');
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function initialise(binaries: string, home: string, password: string): Promise<void> {
  const user = unprivilegedUser();
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [home, passwordFile]) await chown(path, user.uid, user.gid);
  const args = ['--pgdata', join(home, 'data'), '--username', USER, '--pwfile', passwordFile];
  args.push('--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync');
  const child = spawn(join(binaries, 'initdb'), args, {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { TZ: 'UTC' },
    ...user,
  });
  const [output, complaint, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject)),
  ]);
  await rm(passwordFile);
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${complaint}${output}`);
}

function serverCommand(program: string, { home, port, fsync }: { home: string; port: number; fsync: boolean }) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: home,
    fsync: fsync ? 'on' : 'off',
    shared_buffers: '32MB',
    lc_messages: 'C',
  };
  const args = ['-D', join(home, 'data'), '-p', String(port)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const user = unprivilegedUser();
  const ready = /database system is ready to accept connections/;
  return { program, args, cwd: home, ready, deathSignal: 'QUIT' as const, ...(user === undefined ? {} : { user }) };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
