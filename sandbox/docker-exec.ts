import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Container, Exec } from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import type { GuestCommand, GuestExit } from '#core/ports/provisioner.ts';
import { createDemux } from './docker-demux.ts';
import { toEngineError } from './docker-errors.ts';
import { EXEC_SCRIPT, EXEC_TOKEN_PREFIX, KILL_SCRIPT } from './docker-scripts.ts';
import { feedStdin } from './exec-input.ts';
import { createExecOutput } from './exec-output.ts';
import { NEVER_STARTED, watchExec } from './exec-watch.ts';
import { GUEST_PATHS } from './guest-layout.ts';

/** Milliseconds a killed command has to be gone; after that the whole container is removed. */
const KILL_GRACE_MS = 2_000;
/** Exit code of a command that SIGKILL ended. */
const KILLED = 137;
/** Milliseconds in which an engine has taken note that a container is dead. */
const CONTAINER_SETTLES_MS = 200;
/** Milliseconds between two attempts to find a command that is only just starting. */
const KILL_RETRY_MS = 100;

/**
 * Runs one command in a running container: two requests before it starts, one after it ended. Dropping an exec's stream
 * does not end its process, so stopping kills inside; a container in which that fails is removed, and the
 * guest is gone. Throws AppError `missing` when the container is not running, `unavailable` when the engine is silent.
 */
export async function execInContainer(container: Container, command: GuestCommand): Promise<GuestExit> {
  if (command.signal?.aborted) return NEVER_STARTED;
  const token = randomBytes(12).toString('hex');
  const { exec, stream } = await startExec(container, command, `${EXEC_TOKEN_PREFIX}${token}`);
  const ended = once(stream, 'close').catch(() => undefined);
  const watch = watchExec(command, () => void killOrRemove({ container, token, ended }));
  const output = createExecOutput(command, () => watch.stop('output-limit'));
  stream.on('error', () => stream.destroy());
  stream.on('end', () => stream.destroy());
  stream.on('data', createDemux(output));
  const input = feedStdin(stream, command.stdin).catch((thrown: unknown) => {
    watch.stop('aborted');
    throw thrown;
  });
  const [[fed]] = await Promise.all([Promise.allSettled([input]), ended]);
  watch.close();
  if (fed.status === 'rejected') throw fed.reason;
  if (watch.stopped !== null) return { end: watch.stopped, exitCode: null, ...output.collected() };
  return { end: 'exited', exitCode: await exitCodeOf(container, exec), ...output.collected() };
}

interface StartedExec {
  readonly exec: Exec;
  readonly stream: Duplex;
}

async function startExec(container: Container, command: GuestCommand, token: string): Promise<StartedExec> {
  const hasStdin = command.stdin !== undefined;
  try {
    const exec = await container.exec({
      Cmd: ['/bin/sh', '-c', EXEC_SCRIPT, token, command.cwd ?? GUEST_PATHS.workspace, ...command.argv],
      Env: Object.entries(command.env ?? {}).map(([key, value]) => `${key}=${value}`),
      AttachStdin: hasStdin,
      AttachStdout: true,
      AttachStderr: true,
    });
    return { exec, stream: await exec.start({ hijack: true, stdin: hasStdin }) };
  } catch (thrown) {
    throw toEngineError(thrown, 'start a command in the workspace');
  }
}

/** 137 is also what a command ends with when its whole container is killed, which the engine notices a moment later. */
async function exitCodeOf(container: Container, exec: Exec): Promise<number> {
  try {
    const { ExitCode: exitCode, Running: running } = await exec.inspect();
    if (!running && typeof exitCode === 'number' && exitCode !== KILLED) return exitCode;
    await setTimeout(CONTAINER_SETTLES_MS);
    const { State: state } = await container.inspect();
    if (state.Running && typeof exitCode === 'number') return exitCode;
  } catch (thrown) {
    throw toEngineError(thrown, 'run a command in the workspace');
  }
  throw new AppError('missing', 'run a command in the workspace: the container stopped');
}

interface Kill {
  readonly container: Container;
  readonly token: string;
  readonly ended: Promise<unknown>;
}

async function killOrRemove({ container, token, ended }: Kill): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  const deadline = performance.now() + KILL_GRACE_MS;
  while (!over && performance.now() < deadline) {
    await killInside(container, token);
    await Promise.race([ended, setTimeout(KILL_RETRY_MS)]);
  }
  if (!over) await container.remove({ force: true, v: true }).catch(() => undefined);
}

/** Failing is expected (process table full, command already gone) and answered by the loop around it. */
async function killInside(container: Container, token: string): Promise<void> {
  try {
    const exec = await container.exec({ Cmd: ['/bin/sh', '-c', KILL_SCRIPT, 'kill', token], AttachStdout: true });
    const stream = await exec.start({ hijack: true });
    await once(stream.resume(), 'close');
  } catch {
    return;
  }
}
