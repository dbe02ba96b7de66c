import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** How to start a server that lives no longer than this process. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Written to its standard input, which is then closed; where secrets go, since arguments are public. */
  readonly input?: string;
  readonly cwd: string;
  /** Run as this user; only root may ask for it. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The line of its output that means it takes connections. */
  readonly ready: RegExp;
  /** What it is sent when this process dies without having stopped it. */
  readonly deathSignal: 'KILL' | 'QUIT';
}

/** A running server. */
export interface ServerProcess {
  /** Sends the signal and returns when the process is gone; after 10 s it is killed. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const OUTPUT_KEPT_CHARS = 4_000;
/** From util-linux, essential on Debian; elsewhere an orphan is possible when this process is killed with -9. */
const SETPRIV = '/usr/bin/setpriv';

/** Starts a server and waits until it says that it is ready. Throws with the end of its output when it does not. */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const guard = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', command.deathSignal, '--'] : [];
  const [program = command.program, ...args] = [...guard, command.program, ...command.args];
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: { PATH: process.env['PATH'], LANG: 'C', TZ: 'UTC' },
    stdio: 'pipe',
    ...command.user,
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin.on('error', () => undefined).end(command.input ?? '');
  await readiness(child, command.ready);
  return {
    stop: async (signal) => {
      child.kill(signal);
      const lastResort = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(lastResort);
    },
  };
}

async function readiness(child: ReturnType<typeof spawn>, ready: RegExp): Promise<void> {
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`${child.spawnargs.join(' ')} ${what}:\n${output}`));
      timer = setTimeout(() => fail(`was not ready after ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
      const listen = (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-OUTPUT_KEPT_CHARS);
        if (ready.test(output)) resolve();
      };
      child.stdout?.on('data', listen);
      child.stderr?.on('data', listen);
      child.once('error', (error) => fail(`did not start (${error.message})`));
      child.once('exit', (code) => fail(`ended with ${code}`));
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
