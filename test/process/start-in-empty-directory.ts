import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const LINE_TIMEOUT_MS = 60_000;
const POLL_MS = 20;

/** A composition root in a process of its own, in a working directory that holds nothing but `.env`, if that. */
export interface RootProcess extends AsyncDisposable {
  readonly directory: string;
  /** What it has said so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The first group of the first match on stdout; throws with all that was said when none comes or the process ends. */
  said(pattern: RegExp): Promise<string>;
  /** Exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  signal(name: 'SIGTERM' | 'SIGINT'): void;
}

/** Starts `root` (from the top of the checkout) with `env` and PATH as its whole environment. */
export async function startRoot(
  root: string,
  env: Readonly<Record<string, string>>,
  { args = [], envFile }: { readonly args?: readonly string[]; readonly envFile?: string } = {},
): Promise<RootProcess> {
  const directory = await mkdtemp(join(tmpdir(), 'astraforge-root-'));
  if (envFile !== undefined) await writeFile(join(directory, '.env'), envFile, { mode: 0o644 });
  const file = fileURLToPath(new URL(`../../${root}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', LOADER, file, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  return {
    directory,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    said: (pattern) => waitFor(child, output, pattern),
    signal: (name) => void child.kill(name),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function waitFor(
  child: ChildProcess,
  output: { readonly stdout: string; readonly stderr: string },
  pattern: RegExp,
): Promise<string> {
  const deadline = performance.now() + LINE_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const found = pattern.exec(output.stdout);
    if (found) return found[1] ?? found[0];
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${String(pattern)} was not said:\n${output.stdout}\n${output.stderr}`);
}
