import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '#core/domain/errors.ts';
import type { GuestCommand, GuestExit } from '#core/ports/provisioner.ts';
import { feedStdin } from '../exec-input.ts';
import { createExecOutput } from '../exec-output.ts';
import { NEVER_STARTED, watchExec } from '../exec-watch.ts';
import type { ConfinedCommand } from './spec.ts';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const ARGS_DESCRIPTOR = 3;

/** A command to run in a fresh bubblewrap; `onStart` gets a function that ends it at once. */
export interface LocalExec {
  readonly bwrap: string;
  readonly confined: ConfinedCommand;
  readonly command: GuestCommand;
  readonly running: Set<() => void>;
}

/**
 * Runs one command in a process namespace of its own: when bwrap is killed, or the command ends, or this process dies,
 * the kernel ends everything in it. bwrap itself gets no environment, since its own would be readable inside.
 * Throws AppError `unavailable` when bwrap does not start.
 */
export async function execConfined({ bwrap, confined, command, running }: LocalExec): Promise<GuestExit> {
  if (command.signal?.aborted) return NEVER_STARTED;
  const child = startBwrap(bwrap, confined);
  const kill = (): void => void child.kill('SIGKILL');
  const watch = watchExec(command, kill);
  const abort = (): void => watch.stop('aborted');
  running.add(abort);
  const output = createExecOutput(command, () => watch.stop('output-limit'));
  child.stdout.on('data', output.stdout);
  child.stderr.on('data', output.stderr);
  const input = feedStdin(child.stdin, command.stdin).catch((thrown: unknown) => {
    abort();
    throw thrown;
  });
  const closed = once(child, 'close').catch((cause: unknown) => {
    throw new AppError('unavailable', 'start bubblewrap for a command in the workspace', { cause });
  });
  try {
    const [[code, signal]] = await Promise.all([closed, input]);
    if (watch.stopped !== null) return { end: watch.stopped, exitCode: null, ...output.collected() };
    if (typeof code !== 'number')
      throw new AppError('missing', `command in the workspace was ended by ${String(signal)}`);
    return { end: 'exited', exitCode: code, ...output.collected() };
  } finally {
    await closed.catch(() => undefined);
    watch.close();
    running.delete(abort);
  }
}

/** A zero byte would end one argument and begin another, which could be a mount. */
function startBwrap(bwrap: string, { args, argv }: ConfinedCommand): Child {
  if ([...args, ...argv].some((arg) => arg.includes('\0'))) {
    throw new AppError('invalid', 'a command, its directory or its variables hold a zero byte');
  }
  const child = spawn(bwrap, ['--args', String(ARGS_DESCRIPTOR), '--', ...argv], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: {},
    cwd: '/',
  });
  const pipe = child.stdio[ARGS_DESCRIPTOR];
  if (pipe !== null && pipe !== undefined && 'write' in pipe) {
    pipe.on('error', () => undefined);
    pipe.end(args.map((arg) => `${arg}\0`).join(''));
  }
  return child;
}
