import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

const SCRIPTS = join(import.meta.dirname, '../../../deploy/local');

/** What one call of the set-up came to. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A checkout with the real set-up scripts and, in place of npm and Prisma, programs that note each call. */
export interface Checkout extends AsyncDisposable {
  readonly root: string;
  /** Runs the set-up; `env` is all it gets beside PATH and the npm that called it. */
  prepare(env?: Readonly<Record<string, string>>): Promise<Outcome>;
  write(path: string, content: string): Promise<void>;
  /** How often each program was called since the beginning. */
  calls(): Promise<{ readonly npm: number; readonly prisma: number }>;
}

/** Notes its call, takes 300 ms, then records as installed what the lock file lists, unless told to fail. */
const NPM = `
const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
appendFileSync('calls.log', 'npm\\n');
setTimeout(() => {
  if (process.env.NPM_FAILS) { console.error('npm error network unreachable'); process.exit(7); }
  mkdirSync('node_modules/prisma/build', { recursive: true });
  writeFileSync('node_modules/prisma/package.json', '{}');
  writeFileSync('node_modules/prisma/build/index.js', readFileSync('prisma-double.js'));
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  delete packages[''];
  delete packages['node_modules/not-for-this-platform'];
  writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
}, 300);
`;
/** Fails without an existing file as engine, as the real one does when it cannot download. */
const PRISMA = `
const { accessSync, appendFileSync, mkdirSync } = require('node:fs');
accessSync(process.env.PRISMA_SCHEMA_ENGINE_BINARY);
appendFileSync('calls.log', 'prisma ' + process.argv.slice(2, 3) + '\\n');
mkdirSync('prisma/generated', { recursive: true });
`;

/** The text of a lock file for one required package of this version and an optional one that no platform has. */
export function lockFor(version: string): string {
  const wanted = { dependencies: { 'some-package': '1.x' } };
  const packages = {
    '': wanted,
    'node_modules/some-package': { version },
    'node_modules/not-for-this-platform': { version, optional: true },
  };
  return JSON.stringify({ packages });
}

/** Makes a fresh checkout, with nothing installed. */
export async function openCheckout(): Promise<Checkout> {
  const root = await mkdtemp(join(tmpdir(), 'astraforge-checkout-'));
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  await cp(SCRIPTS, join(root, 'deploy/local'), { recursive: true });
  await write('package.json', JSON.stringify({ dependencies: { 'some-package': '1.x' } }));
  await write('package-lock.json', lockFor('1.0.0'));
  await write('npm/npm-cli.js', NPM);
  await write('prisma-double.js', PRISMA);
  await write('prisma/schema.prisma', 'model A {}');
  return {
    root,
    write,
    prepare: (env = {}) => run(root, env),
    calls: async () => {
      const log = await readFile(join(root, 'calls.log'), 'utf8').catch(() => '');
      const count = (line: string) => log.split('\n').filter((entry) => entry === line).length;
      return { npm: count('npm'), prisma: count('prisma generate') };
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function run(root: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, 'deploy/local/prepare.mjs')], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], npm_execpath: join(root, 'npm/npm-cli.js'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, stdout, stderr };
}
