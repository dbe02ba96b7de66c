import { randomUUID } from 'node:crypto';
import type { Guest, GuestCommand, GuestExit, Provisioner } from '#core/ports/provisioner.ts';

/** A provisioner under test and the two things about it that its port does not tell. */
export interface ProvisionerSubject extends AsyncDisposable {
  readonly provisioner: Provisioner;
  /** A fresh directory on the host that guests may be shown; everyone may enter it, and it is removed at the end. */
  makeSocketDirectory(): Promise<string>;
  /** Whether the host still holds anything of a guest. */
  hasTraces(guest: Guest): Promise<boolean>;
}

/** A guest that is new for each test, and short ways to use it. */
export interface GuestScene {
  readonly subject: ProvisionerSubject;
  readonly guest: Guest;
  readonly socketDirectory: string;
  /** Runs a command within limits that no test is expected to reach. */
  run(argv: readonly string[], more?: Partial<GuestCommand>): Promise<GuestExit>;
  /** Runs a shell script that has to end well; its stdout, without the last newline. */
  sh(script: string, more?: Partial<GuestCommand>): Promise<string>;
}

const TIMEOUT_MS = 20_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Makes a guest of a run of its own. */
export async function openScene(subject: ProvisionerSubject): Promise<GuestScene> {
  const socketDirectory = await subject.makeSocketDirectory();
  const labels = { runId: `run_${randomUUID()}`, epoch: 1 };
  const guest = await subject.provisioner.create({ labels, socketDirectory });
  const run: GuestScene['run'] = (argv, more = {}) =>
    guest.exec({ argv, timeoutMs: TIMEOUT_MS, outputBytesMax: OUTPUT_BYTES_MAX, ...more });
  return {
    subject,
    guest,
    socketDirectory,
    run,
    sh: async (script, more) => {
      const exit = await run(['/bin/sh', '-c', script], more);
      const said = `${textOf(exit.stderr)}${textOf(exit.stdout)}`;
      if (exit.exitCode !== 0) throw new Error(`script ${exit.end} with ${exit.exitCode}: ${said}`);
      return textOf(exit.stdout).trimEnd();
    },
  };
}

/** Output as text. */
export function textOf(output: Uint8Array): string {
  return Buffer.from(output).toString('utf8');
}
