import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { start, type Running } from '../../deploy/embedded/start.ts';
import { demoFiles } from '../fakes/demo-files.ts';
import type { Scenario } from '../fakes/model/scenario.ts';
import { startScriptedModel, type ScriptedModel } from '../fakes/model/scripted-model.ts';
import { startGitHost, type GitHost } from '../workers/git/git-host.ts';
import { commitFiles, sh } from '../workers/git/stage.ts';
import { API_ENV } from './rest-client.ts';
import { openFlowServices } from './services.ts';

/** The password of the account that pushes. */
export const PASSWORD = 'canary-of-a-plain-git-server-0123456789';
const OTHERS_PASSWORD = 'what-the-server-does-not-know';

/** A plain Git server with repositories below `team`, the model as a stand-in, and all of AstraForge for real. */
export interface PlainGitWorld extends AsyncDisposable {
  readonly host: GitHost;
  readonly model: ScriptedModel;
  readonly astraforge: Running;
  readonly logs: readonly string[];
  /** Where AstraForge keeps its database and mirrors. */
  readonly directory: string;
  /** Address of a repository on the server. */
  url(name: string): string;
  /** Bare repository on disk. */
  bare(name: string): string;
  /** Commits files to a repository as somebody who has access to the server's disk does; makes it when there is none. */
  commit(name: string, files: Readonly<Record<string, string>>): string;
}

/** Makes `team/durations.git` with the demo's files; `team` may be pushed to, and of `other` the password is wrong. */
export async function openPlainGit(scenario: readonly Scenario[]): Promise<PlainGitWorld> {
  const root = await mkdtemp(path.join(tmpdir(), 'plain-git-'));
  const [hosted, directory] = [path.join(root, 'hosted'), path.join(root, 'data')];
  mkdirSync(hosted);
  const [host, model] = await Promise.all([startGitHost(hosted), startScriptedModel({ scenario: [...scenario] })]);
  host.tokens.set(PASSWORD, 'write');
  const bare = (name: string): string => path.join(hosted, name);
  const commit: PlainGitWorld['commit'] = (name, files) => {
    const work = path.join(root, 'work', name);
    mkdirSync(work, { recursive: true });
    mkdirSync(bare(name), { recursive: true });
    sh(bare(name), 'init', '--quiet', '--bare', '-b', 'trunk');
    sh(work, 'init', '--quiet', '-b', 'trunk');
    const sha = commitFiles(work, files);
    sh(work, 'push', '--quiet', bare(name), 'trunk');
    return sha;
  };
  commit('team/durations.git', await demoFiles());
  const credentials = path.join(root, 'credentials.json');
  const of = (password: string) => ({ username: 'forge-bot', password });
  const known = { [host.url('team')]: of(PASSWORD), [host.url('other')]: of(OTHERS_PASSWORD) };
  await writeFile(credentials, JSON.stringify(known), { mode: 0o600 });
  const services = await openFlowServices({});
  const logs: string[] = [];
  const env = {
    ...{ PATH: process.env.PATH ?? '', PROVISIONER: 'local', PORT: '0', LOG_LEVEL: 'debug' },
    ...{ GIT_HOSTS: `${host.url('team/')}, ${host.url('other')}`, GIT_CREDENTIALS: credentials },
    ...{ OPENAI_API_KEY: model.apiKey, OPENAI_BASE_URL: model.baseUrl },
    ...{ DATA_DIRECTORY: directory, SANDBOX_INSTANCE: path.basename(root) },
    ...API_ENV,
    ...services.env,
  };
  const astraforge = await start(env, { writeLog: (line) => logs.push(line) });
  return {
    ...{ host, model, astraforge, logs, directory, bare, commit },
    url: (name) => host.url(name),
    [Symbol.asyncDispose]: async () => {
      await astraforge[Symbol.asyncDispose]();
      await Promise.all([host[Symbol.asyncDispose](), model[Symbol.asyncDispose](), services[Symbol.asyncDispose]()]);
      await rm(root, { recursive: true, force: true });
    },
  };
}
