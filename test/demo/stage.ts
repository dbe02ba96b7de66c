import { stat } from 'node:fs/promises';
import path from 'node:path';
import { demoFiles } from '../fakes/demo-files.ts';
import { startGitHub, type GitHubStandIn } from '../fakes/github/stand-in.ts';
import { fixFailingTest } from '../fakes/model/fix-failing-test.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { showTheWay } from '../fakes/model/show-the-way.ts';
import { UsageError, type DemoOptions } from './options.ts';

/** What surrounds AstraForge in the demo: a GitHub with one repository, and a model. */
export interface Stage extends AsyncDisposable {
  readonly github: GitHubStandIn;
  /** `owner/name`. */
  readonly repository: string;
  /** Which model answers, in words. */
  readonly modelNote: string;
  /** The environment AstraForge is started in. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

async function addRepository(github: GitHubStandIn, repo: string | undefined): Promise<string> {
  if (repo === undefined) {
    const made = await github.createRepository({ owner: 'acme', name: 'durations', files: await demoFiles() });
    return made.fullName;
  }
  const source = path.resolve(repo);
  if (!(await stat(path.join(source, '.git')).catch(() => undefined)))
    throw new UsageError(`--repo ${repo}: there is no git repository`);
  const name = path.basename(source).replace(/[^\w.-]+/g, '-');
  return (await github.importRepository({ owner: 'local', name, path: source })).fullName;
}

async function openModel(options: DemoOptions, env: Readonly<Record<string, string | undefined>>) {
  if (env.OPENAI_API_KEY !== undefined && env.OPENAI_API_KEY !== '') {
    const note = `real, at ${env.OPENAI_BASE_URL ?? 'api.openai.com'}`;
    return { note, model: undefined, variables: {} };
  }
  const scenario = options.repo === undefined ? fixFailingTest : showTheWay;
  const model: ScriptedModel = await startScriptedModel({ scenario });
  const note = `scripted, at ${model.baseUrl} (set OPENAI_API_KEY to have a real one)`;
  return { note, model, variables: { OPENAI_API_KEY: model.apiKey, OPENAI_BASE_URL: model.baseUrl } };
}

/** Sets the stage. @throws UsageError when `--repo` names no repository. */
export async function openStage(
  options: DemoOptions,
  theatre: { directory: string; env: Readonly<Record<string, string | undefined>> },
): Promise<Stage> {
  const github = await startGitHub();
  try {
    const repository = await addRepository(github, options.repo);
    github.setPermission(repository, 'ada', 'write');
    const { note, model, variables } = await openModel(options, theatre.env);
    return {
      github,
      repository,
      modelNote: note,
      env: {
        LOG_LEVEL: 'silent',
        ...theatre.env,
        ...variables,
        APP_ID: String(github.app.id),
        PRIVATE_KEY: github.app.privateKey,
        WEBHOOK_SECRET: github.app.webhookSecret,
        GITHUB_API_URL: github.apiUrl,
        GITHUB_SERVER_URL: github.url,
        DATA_DIRECTORY: theatre.directory,
        SANDBOX_INSTANCE: path.basename(theatre.directory),
        DATABASE_URL: undefined,
        REDIS_URL: undefined,
        HOST: '127.0.0.1',
        PORT: '0',
        ...(options.provisioner === undefined ? {} : { PROVISIONER: options.provisioner }),
      },
      [Symbol.asyncDispose]: async () => {
        await Promise.all([github[Symbol.asyncDispose](), model?.[Symbol.asyncDispose]()]);
      },
    };
  } catch (thrown) {
    await github[Symbol.asyncDispose]();
    throw thrown;
  }
}
