import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const SERVICES = path.join(import.meta.dirname, '../../fixtures/services');
const INSTRUMENT = pathToFileURL(path.join(import.meta.dirname, 'instrument.ts')).href;
const PYTHON_RUNNER = path.join(import.meta.dirname, 'run_python_service.py');
// Loads TypeScript where Node.js does not by itself.
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const START_MS = 60_000;

/** The sample repositories: small services with tests that pass and a bug that only their users find. */
export type SampleName = 'typescript' | 'javascript' | 'python';

/** What of a sample fails: a path of its HTTP API, or the argument of its program. */
export const FAILING: Readonly<Record<SampleName, string>> = {
  typescript: '/quote?country=JP&grams=500',
  javascript: '/letter?customer=grace',
  python: 'slide-rules',
};

/** How a service is deployed. */
export interface Deployment {
  readonly sample: SampleName;
  readonly dsn: string;
  /** Such as the commit that it was built from. */
  readonly release: string;
  /** Text by path; default the sample as it is, bug included. */
  readonly files?: Readonly<Record<string, string>>;
  /** A folder of its own, made here and gone at the end; default one among the temporary ones. */
  readonly directory?: string;
  readonly environment?: string;
  readonly serverName?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Id of the one user that it has. */
  readonly user?: string;
}

/** A service that runs, in a process and a folder of its own. */
export interface RunningService extends AsyncDisposable {
  readonly url: string;
  /** Where its files are, with a slash at the end: what precedes paths of the repository in its frames. */
  readonly root: string;
  /** Asks for a path, and returns status and text. The SDK reports no error that is the same as its last one. */
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
  /** What it wrote so far. */
  output(): string;
}

/** The files of a sample repository, text by path. */
export async function sampleFiles(sample: SampleName): Promise<Record<string, string>> {
  const root = path.join(SERVICES, sample);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const ours = names.filter((name) => !name.includes('__pycache__'));
  const read = ours.map(async (name) => [path.relative(root, name), await readFile(name, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** Starts a service of Node.js with the real SDK around it. @throws Error when it does not listen in time. */
export async function startService(deployment: Deployment): Promise<RunningService> {
  const root = await deploy(deployment);
  const main = deployment.sample === 'typescript' ? 'src/main.ts' : 'src/main.js';
  const args = ['--import', TSX, '--import', INSTRUMENT, path.join(root, main)];
  const child = spawn(process.execPath, args, { cwd: root, env: environmentOf(deployment), stdio: 'pipe' });
  const output = collect(child);
  const stop = async (): Promise<void> => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill();
    await ended;
    await rm(root, { recursive: true, force: true });
  };
  try {
    const port = await listening(child, output);
    const url = `http://127.0.0.1:${port}`;
    return {
      url,
      root: `${root}/`,
      output,
      get: async (where) => {
        const response = await fetch(`${url}${where}`);
        return { status: response.status, text: await response.text() };
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs the Python sample once. `exitCode` is 1 after an error, which has been reported by then. */
export async function runPythonService(
  deployment: Deployment,
  argument: string,
): Promise<{ readonly exitCode: number | null; readonly output: string; readonly root: string }> {
  const root = await deploy(deployment);
  const env = { ...environmentOf(deployment), PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn('python3', [PYTHON_RUNNER, root, argument], { cwd: root, env, stdio: 'pipe' });
  const output = collect(child);
  await once(child, 'close');
  await rm(root, { recursive: true, force: true });
  return { exitCode: child.exitCode, output: output(), root: `${root}/` };
}

async function deploy({ sample, files, directory }: Deployment): Promise<string> {
  if (directory !== undefined) await mkdir(directory, { recursive: true });
  const root = await realpath(directory ?? (await mkdtemp(path.join(tmpdir(), `sample-${sample}-`))));
  for (const [name, text] of Object.entries(files ?? (await sampleFiles(sample)))) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return root;
}

function environmentOf({ dsn, release, environment, serverName, tags, user }: Deployment): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    SENTRY_DSN: dsn,
    SENTRY_RELEASE: release,
    ...(environment === undefined ? {} : { SENTRY_ENVIRONMENT: environment }),
    ...(serverName === undefined ? {} : { SENTRY_NAME: serverName }),
    ...(tags === undefined ? {} : { SERVICE_TAGS: JSON.stringify(tags) }),
    ...(user === undefined ? {} : { SERVICE_USER: user }),
  };
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

function listening(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the service ${why}: ${output()}`));
    const timer = setTimeout(() => fail('did not start in time'), START_MS);
    child.once('exit', () => fail('ended'));
    child.stdout?.on('data', () => {
      const port = /listening on (?<port>\d+)/.exec(output())?.groups?.['port'];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    });
  });
}
