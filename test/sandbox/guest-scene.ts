import { randomUUID } from 'node:crypto';
import type { Guest, GuestCommand, GuestDoors, GuestExit, Provisioner } from '#core/ports/provisioner.ts';
import type { DoorStand } from './door-stand.ts';

/** A provisioner under test and the two things about it that its port does not tell. */
export interface ProvisionerSubject extends AsyncDisposable {
  readonly provisioner: Provisioner;
  /** Opens the outside of one guest's doors, of the kind that the provisioner takes. */
  openDoors(): Promise<DoorStand>;
  /** True for gVisor: namespaces are then its own, and root of one is root over nothing of the host. */
  readonly hasOwnKernel?: boolean;
  /** Whether the host still holds anything of a guest. */
  hasTraces(guest: Guest): Promise<boolean>;
}

/** A guest that is new for each test, and short ways to use it. */
export interface GuestScene extends AsyncDisposable {
  readonly subject: ProvisionerSubject;
  readonly guest: Guest;
  readonly stand: DoorStand;
  readonly doors: GuestDoors;
  /** Runs a command within limits that no test is expected to reach. */
  run(argv: readonly string[], more?: Partial<GuestCommand>): Promise<GuestExit>;
  /** Runs a shell script that has to end well; its stdout, without the last newline. */
  sh(script: string, more?: Partial<GuestCommand>): Promise<string>;
}

const TIMEOUT_MS = 20_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Makes a guest of a run of its own. */
export async function openScene(subject: ProvisionerSubject): Promise<GuestScene> {
  const stand = await subject.openDoors();
  const { doors } = stand;
  const labels = { runId: `run_${randomUUID()}`, epoch: 1 };
  const guest = await subject.provisioner.create({ labels, doors });
  const run: GuestScene['run'] = (argv, more = {}) =>
    guest.exec({ argv, timeoutMs: TIMEOUT_MS, outputBytesMax: OUTPUT_BYTES_MAX, ...more });
  return {
    subject,
    guest,
    stand,
    doors,
    run,
    sh: async (script, more) => {
      const exit = await run(['/bin/sh', '-c', script], more);
      const said = `${textOf(exit.stderr)}${textOf(exit.stdout)}`;
      if (exit.exitCode !== 0) throw new Error(`script ${exit.end} with ${exit.exitCode}: ${said}`);
      return textOf(exit.stdout).trimEnd();
    },
    [Symbol.asyncDispose]: async () => {
      await guest.destroy();
      await stand[Symbol.asyncDispose]();
    },
  };
}

/** Output as text. */
export function textOf(output: Uint8Array): string {
  return Buffer.from(output).toString('utf8');
}
