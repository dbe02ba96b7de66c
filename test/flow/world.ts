import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { start, type Running } from '../../deploy/embedded/start.ts';
import { demoFiles } from '../fakes/demo-files.ts';
import { startGitHub, type GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import type { Scenario } from '../fakes/model/scenario.ts';
import { openFlowServices } from './services.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';

/** Everything of one test: GitHub and the model as stand-ins, all of AstraForge for real. */
export interface World extends AsyncDisposable {
  readonly github: GitHubStandIn;
  readonly model: ScriptedModel;
  readonly astraforge: Running;
  /** The repository the world begins with. */
  readonly repository: RepositoryRecord;
  /** Environment the processes run in, secrets included. */
  readonly env: Readonly<Record<string, string>>;
  /** Every log line written so far. */
  readonly logs: readonly string[];
}

/** What a test may choose. */
export interface WorldOptions {
  readonly scenario?: Scenario | readonly Scenario[];
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** How AstraForge is started; in this process unless set. */
  readonly start?: typeof start;
}

const REPOSITORY = { owner: 'acme', name: 'durations' };
/** A stand-in with the demo repository, its App, and `ada` who may write and `rita` who may read. */
export async function startHost(
  files?: Readonly<Record<string, string>>,
): Promise<{ github: GitHubStandIn; repository: RepositoryRecord }> {
  const github = await startGitHub();
  const repository = await github.createRepository({ ...REPOSITORY, files: files ?? (await demoFiles()) });
  github.setPermission(repository, 'ada', 'write');
  github.setPermission(repository, 'rita', 'read');
  return { github, repository };
}

/** The environment in which AstraForge serves that stand-in and asks that model. */
export function environment(
  parts: { github: GitHubStandIn; model: Pick<ScriptedModel, 'apiKey' | 'baseUrl'>; directory: string },
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { github, model, directory } = parts;
  return {
    PATH: process.env.PATH ?? '',
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_SERVER_URL: github.url,
    OPENAI_API_KEY: model.apiKey,
    OPENAI_BASE_URL: model.baseUrl,
    DATA_DIRECTORY: directory,
    SANDBOX_INSTANCE: path.basename(directory),
    PORT: '0',
    ...more,
  };
}

/** Starts all of it on the embedded database, or on what `env` names (DATABASE_URL, REDIS_URL). */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const directory = await mkdtemp(path.join(tmpdir(), 'astraforge-'));
  const [{ github, repository }, model] = await Promise.all([
    startHost(options.files),
    startScriptedModel(options.scenario === undefined ? {} : { scenario: options.scenario }),
  ]);
  const services = await openFlowServices(options.env ?? {});
  const env = environment({ github, model, directory }, { ...services.env, ...options.env });
  const logs: string[] = [];
  const astraforge = await (options.start ?? start)(env, { writeLog: (line) => logs.push(line) });
  github.webhookTarget = `${astraforge.url}/webhooks/github`;
  return {
    github,
    model,
    astraforge,
    env,
    logs,
    repository,
    [Symbol.asyncDispose]: async () => {
      await astraforge[Symbol.asyncDispose]();
      await Promise.all([github[Symbol.asyncDispose](), model[Symbol.asyncDispose](), services[Symbol.asyncDispose]()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const POLL_MS = 25;

/** Asks again and again until there is an answer. @throws Error after `deadlineMs`, saying what was awaited. */
export async function until<Value>(
  what: string,
  ask: () => Value | undefined | false | Promise<Value | undefined | false>,
  deadlineMs = 120_000,
): Promise<Value> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
