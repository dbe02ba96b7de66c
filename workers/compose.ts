import { randomUUID } from 'node:crypto';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Workspaces } from '#core/ports/workspace.ts';
import type { Shared } from '../app/compose.ts';
import { openGitHost } from '../app/plugins.ts';
import { Workers } from '../app/config.ts';
import { GitHubAppVariables } from '../app/vcs/github/variables.ts';
import { openPrompts } from './agent/prompt.ts';
import { startConsumer } from './consumer.ts';
import { createGateway } from './gateway/llm-proxy.ts';
import { createRepositories } from './git/repositories.ts';
import { handlersOf, type Handlers } from './handlers.ts';
import { parseYaml } from './parse-yaml.ts';
import { openExecutor } from './plugins.ts';
import { startSchedule } from './schedule.ts';

/** Jobs of a moment at once; runs are counted by WORKER_CONCURRENCY. */
const QUICK_JOBS_MAX = 8;
/** Starts of one job in all, with growing waits: about half an hour of a host or database being away. */
const RETRY = { startsMax: 30, firstMs: 500, longestMs: 60_000 };
const MILLISECONDS = 1_000;

/** Variables of whatever runs requests. */
export const WorkersConfig = Workers.extend(GitHubAppVariables.shape);
export type WorkersConfig = z.infer<typeof WorkersConfig>;

async function openHandlers(
  config: WorkersConfig,
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
      idleMs: config.RUN_IDLE_SEC * MILLISECONDS,
      outputBytesMax: config.RUN_OUTPUT_BYTES_MAX,
      tokensMax: config.RUN_TOKENS_MAX,
      costUsdMax: config.RUN_COST_USD_MAX ?? null,
      setUpTimeoutMs: config.SETUP_TIMEOUT_SEC * MILLISECONDS,
      patchBytesMax: config.CHANGE_PATCH_BYTES_MAX,
    },
    parseYaml,
    mention: config.MENTION,
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
  });
}

/** Starts taking work over ports that are open already. Disposing hands unfinished runs over, within DRAIN_SEC. */
export async function startWorkers(
  config: WorkersConfig,
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
