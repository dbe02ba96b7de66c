import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '#core/domain/errors.ts';

/** Bytes kept of what a program says; the end of it, where the reason is. */
const OUTPUT_BYTES_MAX = 16_384;

/** One program of this machine, run for its effect. */
export interface HostProgram {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly timeoutMs: number;
}

/**
 * Runs a program without a shell and returns the last of its stdout. Throws AppError `unavailable`, with its stderr as
 * cause, when it cannot be started, fails, or takes longer than `timeoutMs`.
 */
export async function runHostProgram({ argv: [program, ...args], cwd, timeoutMs }: HostProgram): Promise<string> {
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout = `${stdout}${chunk.toString()}`.slice(-OUTPUT_BYTES_MAX)));
  child.stderr.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-OUTPUT_BYTES_MAX)));
  const [code] = await once(child, 'close').catch((cause: unknown) => {
    throw new AppError('unavailable', `${program} could not be started`, { cause });
  });
  if (code === 0) return stdout;
  throw new AppError('unavailable', `${program} failed`, {
    cause: new Error(stderr),
    context: { exitCode: Number(code ?? -1) },
  });
}

/** True when the program starts and ends well. */
export async function hasHostProgram(program: string): Promise<boolean> {
  return runHostProgram({ argv: [program, '--version'], timeoutMs: 10_000 }).then(
    () => true,
    () => false,
  );
}
