import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis } from './find-redis.ts';
import { startRestartable } from './restartable-server.ts';
import { startServerProcess } from './server-process.ts';

/** A Redis server of its own on a free port of 127.0.0.1; gone with `await using`. */
export interface Redis extends AsyncDisposable {
  /** Its URL, with a password made for it. */
  readonly url: string;
  /** Kills it at once; what `appendonly` and `save` did not write is lost. The port is kept. */
  crash(): Promise<void>;
  /** Starts it again after a crash, with what its directory still holds. */
  resume(): Promise<void>;
}

/** What survives a crash; by default nothing does. */
export interface RedisOptions {
  /** Log every write and flush it at once. */
  readonly appendonly?: boolean;
  /** Snapshot rule in redis.conf's words, such as `1 1`: after 1 s with 1 change. */
  readonly save?: string;
}

/** Starts a server (about 50 ms). Throws with the reason when the machine has no Redis: ask `findRedis` first. */
export async function startRedis({ appendonly = false, save = '' }: RedisOptions = {}): Promise<Redis> {
  const program = findRedis();
  if (!program.found) throw new Error(program.reason);
  const home = await mkdtemp(join(tmpdir(), 'astraforge-redis-'));
  const password = randomBytes(16).toString('hex');
  const start = (port: number) => {
    const settings = [`port ${port}`, 'bind 127.0.0.1', `dir ${home}`, `requirepass ${password}`];
    settings.push(`save ${save === '' ? '""' : save}`, `appendonly ${appendonly ? 'yes' : 'no'}`, 'appendfsync always');
    settings.push('maxmemory-policy noeviction');
    const input = `${settings.join('\n')}\n`;
    const ready = /Ready to accept connections/;
    return startServerProcess({ program: program.value, args: ['-'], input, cwd: home, ready, deathSignal: 'KILL' });
  };
  try {
    const server = await startRestartable(start);
    return {
      url: `redis://:${password}@127.0.0.1:${server.port}`,
      crash: () => server.stop('SIGKILL'),
      resume: () => server.resume(),
      [Symbol.asyncDispose]: async () => {
        await server.stop('SIGKILL');
        await rm(home, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
}
