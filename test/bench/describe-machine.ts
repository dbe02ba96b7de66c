import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { findCodexPackage } from '../../sandbox/codex-package.ts';
import { findPostgres } from '../services/find-postgres.ts';
import { findRedis } from '../services/find-redis.ts';

const ASK_TIMEOUT_MS = 10_000;
const GIGABYTE = 1_000_000_000;
const VERSION = /\d+\.\d+[.\d]*/;

/** What a figure depends on besides our code: name and value, for people. Asked before anything runs, because of the load. */
export async function describeMachine(): Promise<readonly (readonly [string, string])[]> {
  const postgres = findPostgres();
  const redis = findRedis();
  const [processor] = cpus();
  return [
    ['Processor', `${cpus().length} × ${processor?.model ?? 'unknown'}`],
    ['Memory', `${(totalmem() / GIGABYTE).toFixed(1)} GB`],
    ['System', `${systemName()}, kernel ${release()}`],
    [
      'Load before the start',
      loadavg()
        .map((load) => load.toFixed(2))
        .join(', '),
    ],
    ['Node.js', process.versions.node],
    ['Postgres', postgres.found ? await versionOf(path.join(postgres.value, 'postgres')) : 'none'],
    ['Redis', redis.found ? await versionOf(redis.value) : 'none'],
    ['Container engine', await versionOf('docker', ['version', '--format', '{{.Server.Version}}'])],
    ['git', await versionOf('git')],
    ['Codex', codexVersion()],
    ['Commit', await commit()],
  ];
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  const asked = promisify(execFile)(program, args, { timeout: ASK_TIMEOUT_MS, cwd: import.meta.dirname });
  return asked.then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}

async function versionOf(program: string, args: readonly string[] = ['--version']): Promise<string> {
  const said = await output(program, args);
  return VERSION.exec(said ?? '')?.[0] ?? 'none';
}

function codexVersion(): string {
  try {
    return findCodexPackage().version;
  } catch {
    return 'none';
  }
}

async function commit(): Promise<string> {
  const id = await output('git', ['rev-parse', '--short=12', 'HEAD']);
  const changed = await output('git', ['status', '--porcelain']);
  return id === undefined ? 'unknown' : `${id}${changed === '' ? '' : ' with uncommitted changes'}`;
}
