import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { start, type Running } from '../../deploy/embedded/start.ts';
import { demoFiles } from '../fakes/demo-files.ts';
import type { ProjectRecord } from '../fakes/gitlab/records.ts';
import { startGitLab, type GitLabStandIn } from '../fakes/gitlab/stand-in.ts';
import type { Scenario } from '../fakes/model/scenario.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { openFlowServices } from './services.ts';

/** Everything of one test on GitLab: GitLab and the model as stand-ins, all of AstraForge for real, GitLab its only host. */
export interface GitLabFlow extends AsyncDisposable {
  readonly gitlab: GitLabStandIn;
  readonly model: ScriptedModel;
  readonly astraforge: Running;
  readonly repository: ProjectRecord;
  /** Every log line written so far. */
  readonly logs: readonly string[];
}

const REPOSITORY = { owner: 'team/tools', name: 'durations' };

/** Starts all of it; nobody is a member yet but the bot. */
export async function openGitLabFlow(options: {
  scenario: readonly Scenario[];
  files?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  start?: typeof start;
}): Promise<GitLabFlow> {
  const directory = await mkdtemp(path.join(tmpdir(), 'astraforge-'));
  const [gitlab, model] = await Promise.all([
    startGitLab({ signed: true }),
    startScriptedModel({ scenario: options.scenario }),
  ]);
  const files = { ...(await demoFiles()), ...options.files };
  const repository = await gitlab.createRepository({ ...REPOSITORY, files, private: true });
  const services = await openFlowServices(options.env ?? {});
  const env = environment({ gitlab, model, directory });
  const logs: string[] = [];
  const astraforge = await (options.start ?? start)(
    { ...env, ...services.env, ...options.env },
    { writeLog: (line) => logs.push(line) },
  );
  gitlab.webhookTarget = `${astraforge.url}/webhooks/gitlab`;
  return {
    gitlab,
    model,
    astraforge,
    repository,
    logs,
    [Symbol.asyncDispose]: async () => {
      await astraforge[Symbol.asyncDispose]();
      await Promise.all([gitlab.close(), model[Symbol.asyncDispose](), services[Symbol.asyncDispose]()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function environment(parts: { gitlab: GitLabStandIn; model: ScriptedModel; directory: string }) {
  const { gitlab, model, directory } = parts;
  return {
    PATH: process.env.PATH ?? '',
    GITLAB_URL: gitlab.url,
    GITLAB_TOKEN: gitlab.botToken.token,
    GITLAB_PROJECTS: 'team/**',
    GITLAB_WEBHOOK_SECRET: gitlab.webhookSecret,
    GITLAB_WEBHOOK_SIGNING_TOKEN: gitlab.signingSecret ?? '',
    OPENAI_API_KEY: model.apiKey,
    OPENAI_BASE_URL: model.baseUrl,
    DATA_DIRECTORY: directory,
    SANDBOX_INSTANCE: path.basename(directory),
    PROVISIONER: 'local',
    PORT: '0',
  };
}
