import { spawn } from 'node:child_process';
import { devNull } from 'node:os';

const GIT_TIMEOUT_MS = 60_000;
const STDERR_CHARS_MAX = 2_000;

/** A git command that did not exit with 0; the message names the command and carries the end of its stderr. */
class GitFailure extends Error {
  override readonly name = 'GitFailure';
}

/** The only environment git is given: of the developer's own nothing but the search path can reach it. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * Runs git in `directory`, feeding `input` to its stdin, and returns its stdout.
 * @throws GitFailure on any exit other than 0, and after {@link GIT_TIMEOUT_MS}.
 */
export function gitBytes(directory: string, args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: directory,
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: GIT_TIMEOUT_MS,
    });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-STDERR_CHARS_MAX)));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new GitFailure(`git ${args.join(' ')} ended with ${code ?? signal}: ${stderr.trim()}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Like {@link gitBytes}, as trimmed text. */
export async function git(directory: string, args: readonly string[]): Promise<string> {
  return (await gitBytes(directory, args)).toString('utf8').trim();
}

/** Like {@link git}, with undefined in place of a {@link GitFailure}: for questions whose answer may be "no". */
export async function gitMaybe(directory: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return await git(directory, args);
  } catch (error) {
    if (error instanceof GitFailure) return undefined;
    throw error;
  }
}
