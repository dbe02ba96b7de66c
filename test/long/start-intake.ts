import { createRedactor } from '#core/domain/secrets.ts';
import { handleInbound } from '#core/usecases/handle-inbound.ts';
import { compose } from '../../app/compose.ts';
import { readConfig } from '../../app/config.ts';
import { startApp } from '../../app/main.ts';
import { openGitHosts } from '../../app/plugins.ts';
import { everythingFor } from '../../deploy/embedded/start.ts';
import { startConsumer } from '../../workers/consumer.ts';
import { parseYaml } from '../../workers/parse-yaml.ts';
import { startSchedule } from '../../workers/schedule.ts';

/** Everything that takes deliveries in and heals them, without anything that runs requests: they stay queued. */
export interface Intake extends AsyncDisposable {
  readonly url: string;
}

const HANDLED_AT_ONCE = 8;
const DRAIN_MS = 10_000;
const MANY = 1_000_000;
const RETRY = { startsMax: 30, firstMs: 500, longestMs: 5_000 };
const AGENT = {
  timeoutMs: MANY,
  idleMs: MANY,
  outputBytesMax: MANY,
  tokensMax: MANY,
  costUsdMax: null,
  setUpTimeoutMs: MANY,
  patchBytesMax: MANY,
};

/** Starts it as the environment says, with as many runs allowed as are asked for. */
export async function startIntake(env: Readonly<Record<string, string>>): Promise<Intake> {
  const config = readConfig(everythingFor(env), { ...env, LOG_LEVEL: 'silent' });
  const shared = await compose(config, { name: 'intake' });
  const host = await openGitHosts(config, shared);
  const change = { filesMax: MANY, allowed: new Set<never>() };
  const deps = {
    ...shared,
    redactor: createRedactor(),
    host,
    parseYaml,
    words: { mention: config.MENTION, aliases: new Map() },
    quotas: { threadHour: MANY, personDay: MANY, repositoryDay: MANY },
    server: { limits: AGENT, change, model: 'm', models: ['m'] },
    limits: change,
    agent: { ...AGENT, model: 'm', models: ['m'] },
  };
  const untouched = (_payload: unknown, signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const consumer = startConsumer({
    connection: shared.queueConnection,
    handlers: {
      'handle-delivery': ({ deliveryId }) => handleInbound(deps, deliveryId),
      'execute-run': untouched,
      'report-progress': untouched,
      'continue-request': untouched,
    },
    concurrency: { 'handle-delivery': HANDLED_AT_ONCE, 'execute-run': 1, 'report-progress': 1, 'continue-request': 1 },
    logger: shared.logger,
    retry: RETRY,
  });
  const ending = new AbortController();
  const nothing = { reap: async () => 0, sweep: async () => 0 };
  const schedule = startSchedule({ ...shared, deliveries: host, workspaces: nothing, gateway: nothing }, ending.signal);
  const server = await startApp(config, shared, { draining: () => false });
  return {
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await consumer.drain(DRAIN_MS);
      ending.abort();
      await schedule;
      await shared[Symbol.asyncDispose]();
    },
  };
}
