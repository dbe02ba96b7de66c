import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { Guest, GuestCommand, GuestExit, Provisioner } from '#core/ports/provisioner.ts';
import { execCases } from '../sandbox/exec-cases.ts';
import { isolationCases } from '../sandbox/isolation-cases.ts';
import { lifecycleCases } from '../sandbox/lifecycle-cases.ts';
import { networkCases } from '../sandbox/network-cases.ts';
import { transferCases } from '../sandbox/transfer-cases.ts';
import { workspaceCases } from '../sandbox/workspace-cases.ts';

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
/** An image may have to be made first. */
const OPEN_TIMEOUT_MS = 900_000;

/** What every provisioner promises. `open` is called once, and its subject is disposed at the end. */
export function provisionerContract(open: () => Promise<ProvisionerSubject>): void {
  let subject: ProvisionerSubject;
  let scene: GuestScene;
  beforeAll(async () => {
    subject = await open();
    await subject.provisioner.ready();
  }, OPEN_TIMEOUT_MS);
  afterAll(() => subject[Symbol.asyncDispose]());
  beforeEach(async () => {
    scene = await openScene(subject);
  });
  afterEach(() => scene.guest.destroy());
  const current = (): GuestScene => scene;
  describe('runs commands:', () => execCases(current));
  describe('moves files:', () => transferCases(current));
  describe('confines:', () => isolationCases(current));
  describe('lets nothing out but the socket:', () => networkCases(current));
  describe('holds a repository:', () => workspaceCases(current));
  describe('leaves nothing:', () => lifecycleCases(current));
}

async function openScene(subject: ProvisionerSubject): Promise<GuestScene> {
  const socketDirectory = await subject.makeSocketDirectory();
  const guest = await subject.provisioner.create({
    labels: { runId: `run_${randomUUID()}`, epoch: 1 },
    socketDirectory,
  });
  const run: GuestScene['run'] = (argv, more = {}) =>
    guest.exec({ argv, timeoutMs: TIMEOUT_MS, outputBytesMax: OUTPUT_BYTES_MAX, ...more });
  return {
    subject,
    guest,
    socketDirectory,
    run,
    sh: async (script, more) => {
      const exit = await run(['/bin/sh', '-c', script], more);
      if (exit.exitCode !== 0)
        throw new Error(`${exit.end} ${exit.exitCode}: ${textOf(exit.stderr)}${textOf(exit.stdout)}`);
      return textOf(exit.stdout).trimEnd();
    },
  };
}

/** Output as text. */
export function textOf(output: Uint8Array): string {
  return Buffer.from(output).toString('utf8');
}
