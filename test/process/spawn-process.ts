import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { until } from '../flow/world.ts';

const Fields = z.record(z.string(), z.unknown());
const ROOT = path.join(import.meta.dirname, '../..');
const START_DEADLINE_MS = 60_000;

/** One of our processes, started as an operator starts it. */
export interface Spawned {
  readonly pid: number;
  /** What it has written so far, standard output and error together. */
  output(): string;
  /** Waits for a log record with this message and gives it. */
  said(message: string): Promise<Readonly<Record<string, unknown>>>;
  /** Sends a signal and waits for the end: the exit code, or the signal that ended it, and how long it took. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null; tookMs: number }>;
  /** Waits for an end of its own. */
  ended(): Promise<number | null>;
}

/** Starts a root of ours (a path from the top of the repository) with exactly this environment. */
export function spawnProcess(root: string, env: Readonly<Record<string, string>>): Spawned {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', root], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const records = () => output.split('\n').flatMap((line) => (line.startsWith('{') ? [parsed(line)] : []));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    said: (message) =>
      until(
        `“${message}” from ${root}`,
        () => {
          if (child.exitCode !== null) throw new Error(`${root} ended with ${child.exitCode}:\n${output}`);
          return records().find((record) => record['msg'] === message);
        },
        START_DEADLINE_MS,
      ),
    async end(signal) {
      const started = Date.now();
      child.kill(signal);
      return { ...(await exit), tookMs: Date.now() - started };
    },
    ended: async () => (await exit).code,
  };
}

function parsed(line: string): Record<string, unknown> {
  try {
    return Fields.parse(JSON.parse(line));
  } catch {
    return {};
  }
}
