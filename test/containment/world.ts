import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '#core/domain/errors.ts';
import type { Guest } from '#core/ports/provisioner.ts';
import type { Answer, Check, ControlName } from './check.ts';
import type { RunProgram } from './containers.ts';
import { openControls } from './controls.ts';
import { GUEST_LIMITS } from './limit-checks.ts';
import { runProbes } from './run-probes.ts';
import type { ProbeFacts } from './run-probes.ts';
import type { Undo } from './undo.ts';
import { createDockerProvisioner } from '../../sandbox/docker.ts';
import { OWN_IMAGE } from '../../sandbox/limits.ts';
import type { SandboxProfile } from '../../sandbox/profile.ts';
import { openGateway } from '../workers/gateway/open-gateway.ts';

/** A workspace under test as the product makes it, with real doors, and containers that nobody confines. */
export interface World {
  readonly facts: ProbeFacts;
  /** Directory of the host with the run's doors. */
  readonly socketDirectory: string;
  /** A new guest at the same doors, for a check that ruins its own. */
  makeGuest(): Promise<Guest>;
  /** Tries checks inside a workspace and in each one's control. With `mayEnd`, a guest that ends over it counts as a refusal. */
  compare(
    guest: Guest,
    checks: readonly Check[],
    options?: { readonly mayEnd: boolean },
  ): Promise<ReadonlyMap<string, Compared>>;
  readonly run: Readonly<Record<ControlName, RunProgram>>;
}

/** What a check found inside and outside; undefined where it gave no answer. */
export interface Compared {
  readonly inside: Answer | undefined;
  readonly outside: Answer | undefined;
}

/** One program inside may take this long and say this much. */
const PROGRAM = { timeoutMs: 120_000, outputBytesMax: 4 * 1024 * 1024 };
/** What is said of a check over which its guest ended. */
export const ENDED = 'the guest ended';
const [MODEL_PORT, EGRESS_PORT] = [8101, 3128];
const ALLOWED_HOST = 'registry.example';

/** Opens all of it, with workspaces of this profile; the image is made first where it is missing. */
export async function openWorld(undo: Undo, profile: SandboxProfile = 'standard'): Promise<World> {
  const gateway = await openGateway({ terms: { egress: [ALLOWED_HOST] } });
  undo.add(() => gateway[Symbol.asyncDispose]());
  const { directory } = gateway.door.doors;
  const provisioner = createDockerProvisioner({
    ...GUEST_LIMITS,
    profile,
    image: OWN_IMAGE,
    imagesAllowed: [],
    instance: `containment-${randomUUID().slice(0, 8)}`,
    socketRoot: join(directory, '..'),
    poolSize: 0,
    onProgress: () => undefined,
  });
  undo.add(() => provisioner[Symbol.asyncDispose]());
  await provisioner.ready();
  const controls = await openControls({ image: OWN_IMAGE, sockets: directory }, undo);
  const unconfined = { ...controls.facts, model: Number(new URL(gateway.server.baseUrl).port), egress: 0 };
  const confined = { ...controls.facts, model: MODEL_PORT, egress: EGRESS_PORT };
  return {
    facts: confined,
    socketDirectory: directory,
    run: controls.run,
    makeGuest: async () => {
      const labels = { runId: `run_${randomUUID()}`, epoch: 1 };
      const guest = await provisioner.create({ labels, doors: gateway.door.doors });
      undo.add(() => guest.destroy());
      return guest;
    },
    compare: async (guest, checks, { mayEnd } = { mayEnd: false }) => {
      const controlled = (name: ControlName): Check[] => checks.filter(({ control }) => control === name);
      const inside = await runProbes(runInGuest(guest), checks, confined).catch((thrown: unknown) => {
        if (!mayEnd || !(thrown instanceof AppError) || thrown.code !== 'missing') throw thrown;
        return new Map(checks.map(({ id }): [string, Answer] => [id, { reached: false, said: ENDED }]));
      });
      const outside = new Map([
        ...(await runProbes(controls.run.loose, controlled('loose'), unconfined)),
        ...(await runProbes(controls.run.ordinary, controlled('ordinary'), unconfined)),
      ]);
      return new Map(checks.map(({ id }) => [id, { inside: inside.get(id), outside: outside.get(id) }]));
    },
  };
}

/** The port's own exec, as an agent's commands are run. */
export function runInGuest(guest: Guest): RunProgram {
  return async (argv, stdin) => {
    const exit = await guest.exec({ argv, stdin: Buffer.from(stdin), ...PROGRAM });
    if (exit.exitCode === 0) return Buffer.from(exit.stdout).toString('utf8');
    throw new Error(`probes ${exit.end} with ${exit.exitCode}: ${Buffer.from(exit.stderr).toString('utf8')}`);
  };
}
