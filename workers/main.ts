import { randomUUID } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Workspaces } from '#core/ports/workspace.ts';
import { compose, type Shared } from '../app/compose.ts';
import { openGitHost } from '../app/plugins.ts';
import { readConfig, Workers } from '../app/config.ts';
import { serve } from '../app/http/server.ts';
import { runRoot, untilStopped } from '../app/process.ts';
import { GitHubVariables } from '../app/vcs/github/variables.ts';
import { connectSandbox, SandboxClientOptions } from '../sandbox/client.ts';
import { openPrompts } from './agent/prompt.ts';
import { startConsumer } from './consumer.ts';
import { createGateway } from './gateway/llm-proxy.ts';
import { createRepositories } from './git/repositories.ts';
import { handlersOf, type Handlers } from './handlers.ts';
import { openExecutor } from './plugins.ts';
import { startSchedule } from './schedule.ts';

/** Jobs of a moment at once; runs are counted by WORKER_CONCURRENCY. */
const QUICK_JOBS_MAX = 8;
/** Starts of one job in all, with growing waits: about half an hour of a host or database being away. */
const RETRY = { startsMax: 30, firstMs: 500, longestMs: 60_000 };
const MILLISECONDS = 1_000;

type WorkerConfig = Workers & GitHubVariables;

async function openHandlers(
  config: WorkerConfig,
  shared: Shared,
  rooms: { workspaces: Workspaces; gateway: Awaited<ReturnType<typeof createGateway>> },
): Promise<Handlers> {
  const host = openGitHost(config, shared);
  const secure = new URL(config.GITHUB_SERVER_URL).protocol === 'https:';
  return handlersOf({
    ...shared,
    ...rooms,
    host,
    repositories: createRepositories({
      directory: path.join(config.DATA_DIRECTORY, 'mirrors'),
      logger: shared.logger,
      allowProtocols: secure ? ['https'] : ['https', 'http'],
      hostEnv: process.env,
    }),
    executor: await openExecutor(config.EXECUTOR),
    renderPrompt: await openPrompts(),
    author: (near) => host.commitAuthor(near),
    limits: { filesMax: config.CHANGE_FILES_MAX, allowed: new Set(config.CHANGE_ALLOW) },
    agent: {
      model: config.CODEX_WRAPPER_DEFAULT_MODEL,
      reasoningEffort: config.CODEX_WRAPPER_MODEL_REASONING_EFFORT,
      timeoutMs: config.RUN_TIMEOUT_SEC * MILLISECONDS,
      patchBytesMax: config.CHANGE_PATCH_BYTES_MAX,
    },
    mention: config.MENTION,
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
  });
}

/** Starts taking work over ports that are open already. Disposing hands unfinished runs over, within DRAIN_SEC. */
export async function startWorkers(
  config: WorkerConfig,
  shared: Shared,
  workspaces: Workspaces,
): Promise<AsyncDisposable> {
  const { logger } = shared;
  shared.redactor.register(config.OPENAI_API_KEY);
  const gateway = await createGateway({
    upstream: {
      baseUrl: config.OPENAI_BASE_URL,
      apiKey: config.OPENAI_API_KEY,
      ...(config.OPENAI_ORG_ID === undefined ? {} : { organization: config.OPENAI_ORG_ID }),
      ...(config.OPENAI_PROJECT === undefined ? {} : { project: config.OPENAI_PROJECT }),
    },
    directory: config.SOCKET_DIRECTORY ?? path.join(tmpdir(), `astraforge-doors-${process.getuid?.() ?? 0}`),
    logger,
  });
  const handlers = await openHandlers(config, shared, { workspaces, gateway });
  const quick = { 'handle-delivery': QUICK_JOBS_MAX, 'report-progress': QUICK_JOBS_MAX };
  const concurrency = { ...quick, 'execute-run': config.WORKER_CONCURRENCY };
  const consumer = startConsumer({
    connection: shared.queueConnection,
    handlers,
    concurrency,
    logger,
    retry: RETRY,
  });
  const ending = new AbortController();
  const schedule = startSchedule({ ...shared, workspaces }, ending.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      await consumer.drain(config.DRAIN_SEC * MILLISECONDS);
      ending.abort();
      await schedule;
      await gateway[Symbol.asyncDispose]();
    },
  };
}

async function main(): Promise<void> {
  const config = readConfig(Workers.extend(GitHubVariables.shape).extend(SandboxClientOptions.shape), process.env);
  await using shared = await compose(config, { name: 'workers' });
  const workspaces = connectSandbox(config);
  await workspaces.ready().catch((err: unknown) => shared.logger.warn({ err }, 'the sandbox does not answer yet'));
  let draining = false;
  const dependencies = [
    { name: 'postgres', check: () => shared.store.ping() },
    { name: 'queue', check: () => shared.queue.ping() },
    { name: 'engine', check: () => workspaces.ready() },
  ];
  await using health = await serve(
    { host: '127.0.0.1', port: config.HEALTH_PORT },
    { webhooks: undefined, dependencies, draining: () => draining, logger: shared.logger },
  );
  await using _workers = await startWorkers(config, shared, workspaces);
  shared.logger.info({ provisioner: workspaces.provisioner, health: health.url }, 'workers take requests');
  await untilStopped();
  draining = true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runRoot(main);
