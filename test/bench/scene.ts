import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoFiles } from '../fakes/demo-files.ts';
import { startGitHub, type GitHubStandIn } from '../fakes/github/stand-in.ts';
import type { RepositoryRecord } from '../fakes/github/records.ts';
import type { Scenario } from '../fakes/model/scenario.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { missingServices, type ServiceName } from '../services/missing-services.ts';
import { DEPLOYMENTS, type Deployment, type DeploymentKind } from './deployments.ts';

/** Where AstraForge's agents run in a benchmark. */
export type ProvisionerName = 'docker' | 'local';

/** AstraForge in processes of its own, with GitHub and the model played by the benchmark's process. */
export interface Scene extends AsyncDisposable {
  readonly github: GitHubStandIn;
  readonly model: ScriptedModel;
  readonly deployment: Deployment;
  /** A new repository with the demo's files, in which `ada` may write. */
  addRepository(name: string): Promise<RepositoryRecord>;
  /** Throws when the model or GitHub met something that should not be. */
  assertClean(): void;
}

/** What a scene is made of. */
export interface ScenePlan {
  readonly kind: DeploymentKind;
  readonly provisioner: ProvisionerName;
  readonly scenarios: readonly Scenario[];
}

const POLL_MS = 10;

/** Why this machine cannot play the plan, if so. */
export async function reasonAgainst({ kind, provisioner }: Omit<ScenePlan, 'scenarios'>): Promise<string | undefined> {
  const missing = await missingServices();
  const needed: ServiceName[] = ['codex', provisioner === 'docker' ? 'docker' : 'confinement'];
  if (kind === 'services') needed.push('postgres', 'redis');
  return needed.map((service) => missing[service]).find((reason) => reason !== undefined);
}

/** Opens everything; with docker, a first time builds the image of a workspace. */
export async function openScene(plan: ScenePlan): Promise<Scene> {
  const [github, model] = await Promise.all([startGitHub(), startScriptedModel({ scenario: plan.scenarios })]);
  const directory = await mkdtemp(path.join(tmpdir(), 'af-bench-'));
  github.warmUp();
  const close = async (): Promise<void> => {
    await Promise.all([github[Symbol.asyncDispose](), model[Symbol.asyncDispose]()]);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const env = {
      APP_ID: String(github.app.id),
      PRIVATE_KEY: github.app.privateKey,
      WEBHOOK_SECRET: github.app.webhookSecret,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_SERVER_URL: github.url,
      OPENAI_API_KEY: model.apiKey,
      OPENAI_BASE_URL: model.baseUrl,
      PROVISIONER: plan.provisioner,
      SANDBOX_INSTANCE: `bench-${process.pid}`,
      SANDBOX_DIRECTORY: path.join(directory, 'guests'),
    };
    const deployment = await DEPLOYMENTS[plan.kind](env);
    github.webhookTarget = deployment.webhookUrl;
    return {
      github,
      model,
      deployment,
      addRepository: async (name) => {
        const made = await github.createRepository({ owner: 'acme', name, files: await demoFiles() });
        github.setPermission(made, 'ada', 'write');
        return made;
      },
      assertClean: () => {
        if (model.unexpected.length > 0) throw new Error(`unexpected at the model: ${model.unexpected.join('\n')}`);
        github.assertNoViolations();
      },
      [Symbol.asyncDispose]: async () => {
        await deployment[Symbol.asyncDispose]();
        await close();
      },
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** The first answer that is not undefined. Throws after `deadlineMs`, saying what was awaited. */
export async function awaitAnswer<Answer>(
  what: string,
  deadlineMs: number,
  ask: () => Answer | undefined,
): Promise<Answer> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await sleep(POLL_MS);
  }
}
