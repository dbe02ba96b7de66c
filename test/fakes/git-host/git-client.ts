import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gitEnvironment } from './git.ts';

const CLIENT_TIMEOUT_MS = 30_000;

/** How a git command ended. `output` is stdout and stderr together. */
export interface GitOutcome {
  readonly code: number | null;
  readonly output: string;
}

/** The git command line in a directory of its own, as a developer or a worker would use it. */
export interface GitClient extends AsyncDisposable {
  readonly directory: string;
  run(...args: string[]): Promise<GitOutcome>;
}

/**
 * Opens a client that sends `token` as Basic password of `user`, out of sight of argv; undefined sends no credentials.
 * GitHub takes `x-access-token` for the user, GitLab `oauth2`.
 */
export async function openGitClient(token: string | undefined, user = 'x-access-token'): Promise<GitClient> {
  const directory = await mkdtemp(path.join(tmpdir(), 'git-client-'));
  const person = { NAME: 'Someone', EMAIL: 'someone@example.test' };
  const env = {
    ...gitEnvironment(),
    ...(token === undefined ? {} : basicHeader(user, token)),
    GIT_AUTHOR_NAME: person.NAME,
    GIT_AUTHOR_EMAIL: person.EMAIL,
    GIT_COMMITTER_NAME: person.NAME,
    GIT_COMMITTER_EMAIL: person.EMAIL,
  };
  const run = (...args: string[]): Promise<GitOutcome> =>
    new Promise((resolve, reject) => {
      const child = spawn('git', args, { cwd: directory, env, timeout: CLIENT_TIMEOUT_MS });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, output }));
    });
  return { directory, run, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

function basicHeader(user: string, token: string): Record<string, string> {
  const credentials = Buffer.from(`${user}:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
  };
}
