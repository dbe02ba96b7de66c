import { AppError } from '#core/domain/errors.ts';
import { splitLines } from '#core/domain/text/output-lines.ts';
import type { Guest, GuestExit } from '#core/ports/provisioner.ts';
import type { SetUpOutcome, SetUpPlan } from '#core/ports/workspace.ts';
import { restoreArchive, saveArchive } from './set-up/archive.ts';
import type { SetUpCache } from './set-up/cache.ts';
import { SETTLE_SCRIPT } from './set-up/scripts.ts';

const SETTLE_TIMEOUT_MS = 120_000;
const COMPLAINT_BYTES_MAX = 128 * 1024;
/** Bytes one command may print before it is ended. */
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const NAMES_SHOWN_MAX = 20;

/** A loaded workspace to set up. Without a cache the commands run each time. */
export interface SetUpScene {
  readonly guest: Guest;
  readonly cache: SetUpCache | undefined;
  /** Commit that is checked out. */
  readonly baseSha: string;
}

/**
 * See Workspace.setUp. Whatever the commands do to tracked files is taken back, and what they leave besides is not counted
 * as the agent's work unless the agent touches it. An abort ends as a failed command without exit code.
 * Throws AppError `invalid` when the repository inside is damaged afterwards, and as Guest.exec.
 */
export async function setUp({ guest, cache, baseSha }: SetUpScene, plan: SetUpPlan): Promise<SetUpOutcome> {
  const scene = cache === undefined ? undefined : { guest, cache, plan, baseSha };
  if (scene !== undefined && (await restoreArchive(scene))) {
    await settle(guest, plan, baseSha);
    return { kind: 'restored' };
  }
  const deadline = performance.now() + plan.timeoutMs;
  for (const command of plan.commands) {
    const exit = await runCommand(guest, plan, { command, timeoutMs: deadline - performance.now() });
    if (exit?.exitCode !== 0) return { kind: 'failed', command, exitCode: exit?.exitCode ?? null };
  }
  await settle(guest, plan, baseSha);
  if (scene !== undefined && plan.keep) await saveArchive(scene);
  return { kind: 'done' };
}

/** Undefined when there was no time left to begin. */
async function runCommand(
  guest: Guest,
  plan: SetUpPlan,
  { command, timeoutMs }: { command: string; timeoutMs: number },
): Promise<GuestExit | undefined> {
  if (timeoutMs < 1) return undefined;
  const [stdout, stderr] = [splitLines(plan.onLine), splitLines(plan.onLine)];
  plan.onLine(`$ ${command.split('\n')[0] ?? ''}`);
  const exit = await guest.exec({
    argv: ['/bin/bash', '-euc', '--', command],
    cwd: guest.paths.workspace,
    timeoutMs: Math.floor(timeoutMs),
    outputBytesMax: OUTPUT_BYTES_MAX,
    onStdout: stdout.write,
    onStderr: stderr.write,
    signal: plan.signal,
  });
  stdout.end();
  stderr.end();
  return exit;
}

async function settle(guest: Guest, plan: SetUpPlan, baseSha: string): Promise<void> {
  const exit = await guest.exec({
    argv: ['/bin/bash', '-c', SETTLE_SCRIPT, 'settle', baseSha],
    cwd: guest.paths.workspace,
    timeoutMs: SETTLE_TIMEOUT_MS,
    outputBytesMax: COMPLAINT_BYTES_MAX,
    signal: plan.signal,
    offline: true,
  });
  if (exit.exitCode !== 0 && exit.end !== 'aborted') {
    const cause = new Error(Buffer.from(exit.stderr).toString('utf8'));
    throw new AppError('invalid', 'set up the workspace: git failed inside afterwards', { cause });
  }
  const changed = Buffer.from(exit.stdout).toString('utf8').split('\0').slice(0, -1);
  if (changed.length === 0) return;
  const more = changed.length > NAMES_SHOWN_MAX ? ` and ${changed.length - NAMES_SHOWN_MAX} more` : '';
  plan.onLine(
    `Set-up changed tracked files; they were put back: ${changed.slice(0, NAMES_SHOWN_MAX).join(', ')}${more}`,
  );
}
