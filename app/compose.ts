import type { JobQueue } from '#core/ports/job-queue.ts';
import type { RunLogStream } from '#core/ports/run-log.ts';
import type { Logger, Runtime } from '#core/ports/runtime.ts';
import type { Store } from '#core/ports/store.ts';
import { secretPartsOf } from '#core/contracts/notice-channels.ts';
import { createRedactor, type Redactor } from '#core/domain/text/secrets.ts';
import { openStore } from '../prisma/store.ts';
import { openTelemetry } from './compose-telemetry.ts';
import type { Base } from './config.ts';
import { openQueue, type QueueConnection } from './redis/job-queue.ts';
import { openRunLogStream } from './redis/run-log.ts';
import { nodeRuntime } from './runtime.ts';

/** The ports app and workers share. Disposing closes them. */
export interface Shared extends AsyncDisposable {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly queueConnection: QueueConnection;
  readonly stream: RunLogStream;
  readonly redactor: Redactor;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

/** What {@link compose} reads: the shared variables, and whatever secrets this process has. */
export type SharedConfig = Base & { readonly [Name in (typeof SECRETS)[number]]?: string | undefined } & {
  readonly ALERT_WEBHOOK_SECRETS?: ReadonlyMap<string, string>;
  readonly ALERT_API_TOKENS?: ReadonlyMap<string, string>;
  readonly ALERT_CHANNEL_SECRETS?: ReadonlyMap<string, string>;
  readonly CONNECTOR_SECRETS?: ReadonlyMap<string, string>;
};

const SECRETS = [
  'PRIVATE_KEY',
  'REVIEWER_PRIVATE_KEY',
  'WEBHOOK_SECRET',
  'GITLAB_TOKEN',
  'GITLAB_REVIEWER_TOKEN',
  'GITLAB_WEBHOOK_SECRET',
  'GITLAB_WEBHOOK_SIGNING_TOKEN',
  'API_KEY_PEPPER',
  'API_ADMIN_KEY',
  'OIDC_CLIENT_SECRET',
  'SENTRY_DSN',
] as const;

/** The password as it is and not as a URL spells it; a stray percent sign is a character like any other. */
function passwordOf(url: string): string {
  const { password } = new URL(url);
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** Every configured value that must never be seen outside. */
export function secretsOf(config: SharedConfig): string[] {
  const passwords = [config.DATABASE_URL, config.REDIS_URL].flatMap((url) =>
    url === undefined ? [] : [passwordOf(url)],
  );
  const { ALERT_WEBHOOK_SECRETS: hooks, ALERT_API_TOKENS: tokens, CONNECTOR_SECRETS: connectors } = config;
  const ofSenders = [hooks, tokens, connectors].flatMap((map) => [...(map?.values() ?? [])]);
  const ofChannels = [...(config.ALERT_CHANNEL_SECRETS?.values() ?? [])].flatMap(secretPartsOf);
  const all = [...SECRETS.map((name) => config[name]), ...passwords, ...ofSenders, ...ofChannels];
  return all.filter((secret) => secret !== undefined);
}

/**
 * Opens what a process needs to reach Postgres (or the embedded one), the queue and live logs.
 * `writeLog` takes finished log lines (default: standard error).
 * @throws AppError when the database cannot be opened.
 */
export async function compose(
  config: SharedConfig,
  process: { name: string; writeLog?: (line: string) => void },
): Promise<Shared> {
  const redactor = createRedactor();
  for (const secret of secretsOf(config)) redactor.register(secret);
  const write = process.writeLog === undefined ? {} : { write: process.writeLog };
  const telemetry = await openTelemetry(config, { name: process.name, redactor, ...write });
  const { logger } = telemetry;
  try {
    const { close, ...ports } = await openPorts(config, logger);
    return {
      ...ports,
      redactor,
      runtime: nodeRuntime,
      logger,
      [Symbol.asyncDispose]: async () => {
        await close();
        await telemetry[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    await telemetry[Symbol.asyncDispose]();
    throw thrown;
  }
}

type Ports = Pick<Shared, 'store' | 'queue' | 'queueConnection' | 'stream'> & { readonly close: () => Promise<void> };

async function openPorts(config: SharedConfig, logger: Logger): Promise<Ports> {
  const { store, queuePool, runLogStream } = await openStore(
    config.DATABASE_URL === undefined
      ? { kind: 'pglite', directory: `${config.DATA_DIRECTORY}/database` }
      : { kind: 'postgres', url: config.DATABASE_URL },
  );
  const queueConnection = config.REDIS_URL === undefined ? { pool: queuePool } : { url: config.REDIS_URL };
  const queue = await openQueue(queueConnection);
  const stream =
    config.REDIS_URL === undefined
      ? runLogStream
      : openRunLogStream(redisOptions(config), { record: store.log, logger });
  const close = async (): Promise<void> => {
    await Promise.allSettled([stream.close(), queue.close()]);
    await store.close();
  };
  return { store, queue, queueConnection, stream, close };
}

function redisOptions(config: Base) {
  return {
    url: config.REDIS_URL ?? '',
    prefix: config.RUN_LOG_STREAM_PREFIX,
    maxLength: config.RUN_LOG_STREAM_MAXLEN,
    blockMs: config.RUN_LOG_STREAM_BLOCK_MS,
    retentionSeconds: config.RUN_LOG_RETENTION_SECONDS,
  };
}
