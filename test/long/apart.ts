import { compose } from '../../app/compose.ts';
import { readConfig } from '../../app/config.ts';
import { everythingFor, type start } from '../../deploy/embedded/start.ts';
import { spawnProcess, type Spawned } from '../process/spawn-process.ts';
import { onFreePort } from '../services/on-free-port.ts';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';

/** AstraForge as a process that can be killed, with a Postgres and a Redis that live on. */
export interface Apart extends AsyncDisposable {
  /** Starts it as an operator does. What is given back reads the same database from outside. */
  readonly start: typeof start;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Starts it again, at the same address. */
  again(): Promise<void>;
  /** What all of its lives have written so far. */
  output(): string;
}

const ROOT = 'deploy/embedded/main.ts';

/** Starts the services; the process itself is started when {@link Apart.start} is called. */
export async function openApart(): Promise<Apart> {
  const [postgres, redis] = await Promise.all([startPostgres({ fsync: false }), startRedis()]);
  const services = { DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url };
  const lives: Spawned[] = [];
  let env: Record<string, string> = {};
  const again = async (): Promise<string> => {
    const life = spawnProcess(ROOT, env);
    lives.push(life);
    return String((await life.said('astraforge serves'))['url']);
  };
  return {
    start: async (given) => {
      const named = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
      const port = await onFreePort((free) => Promise.resolve(String(free)));
      env = { ...Object.fromEntries(named), ...services, PORT: port };
      const url = await again();
      const shared = await compose(readConfig(everythingFor(env), env), {
        name: 'onlooker',
        writeLog: () => undefined,
      });
      const close = async (): Promise<void> => {
        await shared[Symbol.asyncDispose]();
        await lives.at(-1)?.end('SIGTERM');
      };
      return { url, provisioner: 'local', shared, [Symbol.asyncDispose]: close };
    },
    kill: async () => void (await lives.at(-1)?.end('SIGKILL')),
    again: async () => void (await again()),
    output: () => lives.map((life) => life.output()).join('\n'),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([postgres[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()]);
    },
  };
}
