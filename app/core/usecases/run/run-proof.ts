import type { RepositoryConfig } from '../../contracts/repository-config.ts';
import { toAppError } from '../../domain/errors.ts';
import { endOfExit, endWords, type ProofEnd } from '../../domain/run/proof.ts';
import { TRIES_MAX } from '../../domain/run/run.ts';
import { splitLines } from '../../domain/text/output-lines.ts';
import type { GuestExit } from '../../ports/provisioner.ts';
import type { Workspace } from '../../ports/workspace.ts';
import { inFreshRoom, type Checkout, type FreshRoomDeps } from './fresh-room.ts';
import type { HeldRun } from './hold-run.ts';
import { tellLines } from './tell-lines.ts';
import { unlessStopped } from './unless-stopped.ts';

/** Commands to run in one workspace, one after the other; `where` says of it in words what is checked out. */
export interface ProofRoom {
  readonly config: RepositoryConfig;
  readonly checkout: Checkout;
  readonly where: string;
  readonly commands: readonly string[];
  /** Milliseconds that all commands of the proof may still take together; grows less. */
  readonly time: { leftMs: number };
}

/** Stage of everything that is logged about a proof. */
export const PROOF_STAGE = 'proof';

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/**
 * How each of the commands ends in a fresh workspace; a workspace that cannot be had, however often it was tried, is an
 * end as well.
 * @throws AppError when trying again may help; `conflict` when the run had to stop.
 */
export async function runProof(deps: FreshRoomDeps, held: HeldRun, room: ProofRoom): Promise<readonly ProofEnd[]> {
  const { config, checkout, where, commands } = room;
  held.note({ type: 'status', stage: PROOF_STAGE, message: `Proving it in a fresh workspace: ${where}` });
  const work = async (workspace: Workspace): Promise<readonly ProofEnd[]> => {
    const ends: ProofEnd[] = [];
    for (const command of commands) ends.push(await runCommand(deps, held, { workspace, command, time: room.time }));
    return ends;
  };
  try {
    return await inFreshRoom(deps, held, { config, checkout, work });
  } catch (thrown) {
    const error = toAppError(thrown, 'Proving the change');
    if (held.stopReason !== undefined || (error.retryable && held.run.tries + 1 < TRIES_MAX)) throw error;
    held.note({ type: 'log', stage: PROOF_STAGE, message: error.message });
    return commands.map(() => ({ kind: 'broken', why: error.message }));
  }
}

async function runCommand(
  deps: FreshRoomDeps,
  held: HeldRun,
  { workspace, command, time }: { workspace: Workspace; command: string; time: ProofRoom['time'] },
): Promise<ProofEnd> {
  const { guest } = workspace;
  held.note({ type: 'command', stage: PROOF_STAGE, command, cwd: guest.paths.workspace });
  if (time.leftMs < 1) return told(held, { kind: 'timed-out' });
  const output = tellLines(held, PROOF_STAGE);
  const [stdout, stderr] = [splitLines(output.tell), splitLines(output.tell)];
  const begunAtMs = Date.parse(held.now());
  const work = guest.exec({
    argv: ['/bin/bash', '-euc', '--', command],
    cwd: guest.paths.workspace,
    timeoutMs: time.leftMs,
    outputBytesMax: OUTPUT_BYTES_MAX,
    onStdout: stdout.write,
    onStderr: stderr.write,
    signal: held.signal,
  });
  const exit = await unlessStopped(held, deps, work);
  for (const stream of [stdout, stderr, output]) stream.end();
  time.leftMs -= Date.parse(held.now()) - begunAtMs;
  return told(held, endOf(exit));
}

function endOf({ end, exitCode }: GuestExit): ProofEnd {
  switch (end) {
    case 'exited':
      return exitCode === null ? { kind: 'broken', why: 'The command left no exit code.' } : endOfExit(exitCode);
    case 'timeout':
      return { kind: 'timed-out' };
    case 'output-limit':
      return { kind: 'too-much-output' };
    case 'aborted':
      return { kind: 'broken', why: 'The command was stopped.' };
  }
}

function told(held: HeldRun, end: ProofEnd): ProofEnd {
  const code = end.kind === 'passed' ? 0 : 'exitCode' in end ? end.exitCode : undefined;
  const said = { type: 'status', stage: PROOF_STAGE, message: `It ${endWords(end)}` } as const;
  held.note(code === undefined ? said : { ...said, exit_code: code });
  return end;
}
