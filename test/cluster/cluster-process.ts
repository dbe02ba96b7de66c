import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { CommandLine } from './cluster-programs.ts';

/** Milliseconds a program has to end when it is asked to. */
const END_TIMEOUT_MS = 10_000;
const LOOK_EVERY_MS = 200;

/** A program that runs until it is disposed. */
export interface ClusterProcess extends AsyncDisposable {
  readonly name: string;
  /** Whether it ended by itself. */
  hasEnded(): boolean;
}

/** Starts a program of the cluster; what it prints goes to a file, which is named when it ends early. */
export async function startProcess(
  name: string,
  [program, ...args]: CommandLine,
  logs: string,
): Promise<ClusterProcess> {
  const log = createWriteStream(`${logs}/${name}.log`);
  await once(log, 'open');
  // In a group of its own, so that an interrupted terminal does not end it before what depends on it.
  const child = spawn(program, args, { stdio: ['ignore', log, log], detached: true });
  let ended = false;
  const end = once(child, 'exit').then(
    () => (ended = true),
    () => (ended = true),
  );
  return {
    name,
    hasEnded: () => ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await Promise.race([end, wait(END_TIMEOUT_MS, undefined, { ref: false })]);
      if (!ended) child.kill('SIGKILL');
      await end;
      log.end();
    },
  };
}

/** What is waited for. */
export interface Awaited {
  readonly what: string;
  readonly timeoutMs: number;
  readonly logs: string;
  /** None of these may end meanwhile. */
  readonly processes: readonly ClusterProcess[];
}

/** Resolves when `isSo` says yes; a rejection counts as no. Throws when it takes too long, or when a program has ended. */
export async function untilSo(awaited: Awaited, isSo: () => Promise<boolean>): Promise<void> {
  const { what, timeoutMs, logs, processes } = awaited;
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo().catch(() => false))) {
    const dead = processes.find((process) => process.hasEnded());
    if (dead !== undefined)
      throw new Error(`${dead.name} ended while ${what} was awaited; see ${logs}/${dead.name}.log`);
    if (performance.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs} ms; see ${logs}`);
    await wait(LOOK_EVERY_MS);
  }
}
