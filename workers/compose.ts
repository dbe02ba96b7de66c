import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import type { CommandWords } from '#core/domain/command/command.ts';
import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Gateway } from '#core/ports/gateway.ts';
import type { Repositories } from '#core/ports/host/repository.ts';
import type { Notices } from '#core/ports/notices.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import type { TrackerDesk } from '#core/ports/trackers.ts';
import type { Workspaces } from '#core/ports/workspace.ts';
import type { AboutWorkers } from '#core/usecases/view/note-process.ts';
import type { Shared } from '../app/compose.ts';
import { openConnectorReader } from '../app/compose-connectors.ts';
import { alertReader } from '../app/connectors/reader.ts';
import { openTrackerDesk } from '../app/connectors/tracker-desk.ts';
import { openTrackers } from '../app/connectors/trackers.ts';
import { hostUrls, openGitHosts } from '../app/plugins.ts';
import type { Workers } from '../app/config.ts';
import { effectiveVariables } from '../app/config-variables.ts';
import { installedVersion } from '../app/version.ts';
import type { GitHosts } from '../app/git-hosts.ts';
import { openPrompts } from './agent/prompt.ts';
import { startConsumer } from './consumer.ts';
import { openChannels } from './compose-notices.ts';
import { agentOf, workersVariables, type WorkersConfig } from './compose-variables.ts';
import { modelAddress } from './gateway/model/model-options.ts';
import { openGateway } from './gateway/open-gateway.ts';
import { createRepositories } from './git/repositories.ts';
import { handlersOf, type Handlers } from './handlers.ts';
import { keepingOf } from './keeping.ts';
import { parseYaml } from './parse-yaml.ts';
import { openExecutor } from './plugins.ts';
import { startSchedule } from './schedule.ts';
import { workerChecks } from './worker-checks.ts';

/** Jobs of a moment at once; runs are counted by WORKER_CONCURRENCY. */
const QUICK_JOBS_MAX = 8;
/** Starts of one job in all, with growing waits: about half an hour of a host or database being away. */
const RETRY = { startsMax: 30, firstMs: 500, longestMs: 60_000 };
/** A run comes back to its mirror to publish; what goes on around the agent takes less than this. */
const MIRROR_SPARE_MS = 6 * 60 * 60_000;
const MILLISECONDS = 1_000;

/** Aliases are the repository's. */
function wordsOf({ MENTION: mention }: WorkersConfig): CommandWords {
  return { mention, aliases: new Map() };
}

/** What this process tells people who look at the installation. */
function aboutUs(config: WorkersConfig, { workspaces, hostEnv }: WorkersSurroundings): AboutWorkers {
  return {
    instance: `${hostname()}/${process.pid}`,
    version: installedVersion(),
    variables: effectiveVariables(workersVariables(hostEnv), hostEnv),
    checks: workerChecks(workspaces, {
      github: config.APP_ID === undefined ? undefined : config.GITHUB_API_URL,
      gitlab: config.GITLAB_TOKEN === undefined ? undefined : config.GITLAB_URL,
      git: config.GIT_HOSTS ?? [],
      model: config.LLM_PROXY_URL ?? modelAddress(config),
    }),
  };
}

/** Ways to tell people outside of a Git host what becomes of an incident. */
interface Telling {
  readonly trackerDesk: TrackerDesk;
  readonly notices: Notices;
}

async function openHandlers(
  config: WorkersConfig,
  shared: Shared,
  rooms: Telling & { host: GitHosts; workspaces: Workspaces; gateway: Gateway; repositories: Repositories },
): Promise<Handlers> {
  const { host } = rooms;
  const agent = agentOf(config);
  const limits = { filesMax: config.CHANGE_FILES_MAX, allowed: new Set(config.CHANGE_ALLOW) };
  const server = { limits: agent, change: limits, model: agent.model, models: agent.models };
  return handlersOf({
    ...shared,
    ...rooms,
    executor: await openExecutor(config.EXECUTOR),
    prompts: await openPrompts(),
    server,
    author: (near: RepoRef) => host.commitAuthor(near),
    limits,
    agent,
    parseYaml,
    alertReader,
    alertSources: config.ALERT_SOURCES,
    trackers: openTrackers(config.ALERT_API_TOKENS),
    ...(await openConnectorReader(config.CONNECTORS, config.MENTION)),
    words: wordsOf(config),
    publicUrl: config.PUBLIC_URL,
    quotas: {
      threadHour: config.QUOTA_RUNS_PER_THREAD_HOUR,
      personDay: config.QUOTA_RUNS_PER_PERSON_DAY,
      repositoryDay: config.QUOTA_RUNS_PER_REPOSITORY_DAY,
    },
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
  });
}

/** What workers are given besides configuration and ports. */
interface WorkersSurroundings {
  readonly workspaces: Workspaces;
  /** The environment of this process, of which git sees proxies and certificates. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>;
}

function openRepositories(
  config: WorkersConfig,
  { logger }: Shared,
  hostEnv: WorkersSurroundings['hostEnv'],
): ReturnType<typeof createRepositories> {
  const secure = hostUrls(config).every((url) => new URL(url).protocol === 'https:');
  return createRepositories({
    directory: path.join(config.DATA_DIRECTORY, 'mirrors'),
    logger,
    allowProtocols: secure ? ['https'] : ['https', 'http'],
    hostEnv,
    mirrorsBytesMax: config.MIRRORS_BYTES_MAX,
    mirrorIdleMs: (config.RUN_TIMEOUT_SEC + config.SETUP_TIMEOUT_SEC) * MILLISECONDS + MIRROR_SPARE_MS,
  });
}

/** Where results of set-up are kept, for {@link Workspaces} that this process opens. */
export function setUpCacheOf(config: Workers): { directory: string; bytesMax: number } {
  return { directory: path.join(config.DATA_DIRECTORY, 'set-up'), bytesMax: config.SETUP_CACHE_BYTES_MAX };
}

/** Starts taking work over ports that are open already. Disposing hands unfinished runs over, within DRAIN_SEC. */
export async function startWorkers(
  config: WorkersConfig,
  shared: Shared,
  { workspaces, hostEnv }: WorkersSurroundings,
): Promise<AsyncDisposable> {
  const { logger, redactor } = shared;
  if (workspaces.doors === 'network' && config.LLM_PROXY_URL === undefined) {
    throw new AppError(
      'invalid',
      'Workspaces on a cluster reach the model through the gateway service: set LLM_PROXY_URL',
    );
  }
  const telling = { trackerDesk: openTrackerDesk(config.ALERT_API_TOKENS), notices: await openChannels(config) };
  const record = (call: ModelCall): Promise<void> => shared.store.modelCalls.recordCall(call);
  const gateway = await openGateway(config, { logger, redactor, record });
  const repositories = openRepositories(config, shared, hostEnv);
  const host = await openGitHosts(config, { ...shared, server: repositories });
  const handlers = await openHandlers(config, shared, { ...telling, host, workspaces, gateway, repositories });
  const quick = {
    'handle-delivery': QUICK_JOBS_MAX,
    'report-progress': QUICK_JOBS_MAX,
    'continue-request': QUICK_JOBS_MAX,
    'follow-incident': QUICK_JOBS_MAX,
  };
  const concurrency = { ...quick, 'execute-run': config.WORKER_CONCURRENCY };
  const connection = shared.queueConnection;
  const consumer = startConsumer({ connection, handlers, concurrency, logger, retry: RETRY });
  const ending = new AbortController();
  const schedule = startSchedule(
    {
      ...{ ...shared, host, workspaces, gateway, words: wordsOf(config) },
      healEveryMs: config.HEAL_EVERY_SEC * MILLISECONDS,
      keeping: keepingOf(config),
      about: aboutUs(config, { workspaces, hostEnv }),
    },
    ending.signal,
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await consumer.drain(config.DRAIN_SEC * MILLISECONDS);
      ending.abort();
      await schedule;
      await repositories[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}
