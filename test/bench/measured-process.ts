import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { Answer, Usage } from './bench-message.ts';

/** A Node program of this project, run apart from the benchmark. */
export interface ProgramToMeasure {
  /** Path from the root of the project. */
  readonly script: string;
  /** The whole environment besides PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** What its output holds once it serves; the first group is kept. */
  readonly ready: RegExp;
}

/** A running program. Disposing sends SIGTERM and waits; after 40 s it is killed. */
export interface MeasuredProcess extends AsyncDisposable {
  /** First group of `ready`. */
  readonly told: string;
  ask(what: string, input: unknown): Promise<unknown>;
  usage(options?: { collectGarbage: boolean }): Promise<Usage>;
}

const ROOT = path.join(import.meta.dirname, '../..');
const PRELOAD = path.join(import.meta.dirname, 'report-usage.ts');
/** A first start may have to build the image of a workspace. */
const READY_TIMEOUT_MS = 10 * 60_000;
const ASK_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 40_000;
const OUTPUT_KEPT_CHARS = 8_000;

/** Starts a program and waits until it serves. Throws with the end of its output when it does not. */
export async function startProgram(program: ProgramToMeasure): Promise<MeasuredProcess> {
  const url = (file: string): string => `file://${file}`;
  const args = ['--import', 'tsx', '--import', url(PRELOAD), path.join(ROOT, program.script)];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...program.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const told = await readiness(child, program);
  const ask = asking(child, program.script);
  return {
    told,
    ask,
    usage: async (options) => Usage.parse(await ask('usage', options ?? { collectGarbage: false })),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      const lastResort = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(lastResort);
    },
  };
}

async function readiness(child: ChildProcess, { script, ready }: ProgramToMeasure): Promise<string> {
  let output = '';
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      const fail = (what: string): void => reject(new Error(`${script} ${what}\n${output}`));
      const listen = (chunk: Buffer): void => {
        output = (output + chunk.toString()).slice(-OUTPUT_KEPT_CHARS);
        const found = ready.exec(output);
        if (found) resolve(found[1] ?? '');
      };
      timer = setTimeout(() => fail(`did not serve within ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
      child.stdout?.on('data', listen);
      child.stderr?.on('data', listen);
      child.once('error', (error) => fail(`did not start: ${error.message}`));
      child.once('exit', (code) => fail(`ended with ${code}`));
    });
  } catch (thrown) {
    child.kill('SIGKILL');
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

function asking(child: ChildProcess, script: string): MeasuredProcess['ask'] {
  let asked = 0;
  return (what, input) =>
    new Promise((resolve, reject) => {
      const id = (asked += 1);
      const finish = (error?: string): void => {
        clearTimeout(timer);
        child.off('message', listen);
        child.off('exit', left);
        if (error !== undefined) reject(new Error(`${script}, asked for ${what}: ${error}`));
      };
      const listen = (message: unknown): void => {
        const parsed = Answer.safeParse(message);
        if (!parsed.success || parsed.data.id !== id) return;
        finish(parsed.data.error);
        resolve(parsed.data.answer);
      };
      const left = (): void => finish('it is gone');
      const timer = setTimeout(() => finish('no answer'), ASK_TIMEOUT_MS);
      child.on('message', listen);
      child.once('exit', left);
      child.send({ id, ask: what, input });
    });
}
