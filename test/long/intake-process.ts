import { openConnectorReader } from '../../app/compose-connectors.ts';
import { alertReader } from '../../app/connectors/reader.ts';
import { openTrackerDesk } from '../../app/connectors/tracker-desk.ts';
import { openTrackers } from '../../app/connectors/trackers.ts';
import { createRedactor } from '#core/domain/text/secrets.ts';
import { handleInbound } from '#core/usecases/intake/handle-inbound.ts';
import { compose } from '../../app/compose.ts';
import { readConfig } from '../../app/config.ts';
import { startApp } from '../../app/main.ts';
import { openGitHosts } from '../../app/plugins.ts';
import { everythingFor } from '../../deploy/embedded/start.ts';
import { startConsumer } from '../../workers/consumer.ts';
import { createRepositories } from '../../workers/git/repositories.ts';
import { parseYaml } from '../../workers/parse-yaml.ts';
import { keepingOf } from '../../workers/keeping.ts';
import { startSchedule } from '../../workers/schedule.ts';

const HANDLED_AT_ONCE = 8;
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

/** Takes deliveries in and heals them until it is killed, without anything that runs requests: they stay queued. */
async function main(): Promise<void> {
  const config = readConfig(everythingFor(process.env), process.env);
  const shared = await compose(config, { name: 'intake' });
  const servers = createRepositories({ directory: `${config.DATA_DIRECTORY}/mirrors`, logger: shared.logger });
  const host = await openGitHosts(config, { ...shared, server: servers });
  const change = { filesMax: MANY, allowed: new Set<never>() };
  const deps = {
    ...shared,
    redactor: createRedactor(),
    host,
    parseYaml,
    alertReader,
    alertSources: config.ALERT_SOURCES,
    trackers: openTrackers(config.ALERT_API_TOKENS),
    trackerDesk: openTrackerDesk(config.ALERT_API_TOKENS),
    ...(await openConnectorReader(config.CONNECTORS, config.MENTION)),
    words: { mention: config.MENTION, aliases: new Map() },
    quotas: { threadHour: MANY, personDay: MANY, repositoryDay: MANY },
    server: { limits: AGENT, change, model: 'm', models: ['m'] },
    limits: change,
    agent: { ...AGENT, model: 'm', models: ['m'] },
  };
  const untouched = (_payload: unknown, signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  startConsumer({
    connection: shared.queueConnection,
    handlers: {
      'handle-delivery': ({ deliveryId }) => handleInbound(deps, deliveryId),
      'execute-run': untouched,
      'report-progress': untouched,
      'continue-request': untouched,
      'follow-incident': untouched,
    },
    concurrency: {
      'handle-delivery': HANDLED_AT_ONCE,
      'execute-run': 1,
      'report-progress': 1,
      'continue-request': 1,
      'follow-incident': 1,
    },
    logger: shared.logger,
    retry: RETRY,
  });
  const nothing = { reap: async () => 0, sweep: async () => 0 };
  const schedule = startSchedule(
    {
      ...{ ...shared, host, workspaces: nothing, gateway: nothing, words: deps.words },
      healEveryMs: config.HEAL_EVERY_SEC * 1_000,
      keeping: keepingOf(config),
      about: { instance: String(process.pid), version: '0', variables: [], checks: [] },
    },
    new AbortController().signal,
  );
  const server = await startApp(config, shared, { draining: () => false, variables: [] });
  shared.logger.info({ url: server.url }, 'intake serves');
  await schedule;
}

await main();
