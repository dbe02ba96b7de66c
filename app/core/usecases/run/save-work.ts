import { AppError, toAppError } from '../../domain/errors.ts';
import { unfinishedMessage } from '../../domain/run/proposal.ts';
import { savedBranchesOf } from '../../domain/run/saved-work.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Runs } from '../../ports/store.ts';
import type { Workspace } from '../../ports/workspace.ts';
import { fetchBundle, type FetchBundleDeps } from './fetch-bundle.ts';
import type { HeldRun } from './hold-run.ts';
import { prepareChange, pushCommit, type PushChangeDeps } from '../publish/push-change.ts';
import { type ClosingDeps, untilAfterStop } from './unless-stopped.ts';
import { withinTime } from './within-time.ts';

/** What keeping unfinished work needs. */
export type SaveWorkDeps = PushChangeDeps & { readonly runtime: Runtime };

/** Longest time the host may take; the end of the run is not shown before. */
const SAVE_MS = 60_000;
const COLLECT_MS = 60_000;
/** Of the 10 s in which a cancelled workspace is gone. */
const COLLECT_STOPPED_MS = 5_000;
const KEEPING = 'Keeping unfinished work';
const NOTHING = new Uint8Array();

/**
 * What differs from the base in a workspace; a run that must stop waits 5 s for it at most.
 * @throws AppError as Workspace.collectPatch; `unavailable` when the 5 s are over.
 */
export function collectWork(
  deps: ClosingDeps,
  held: HeldRun,
  from: { workspace: Workspace; bytesMax: number },
): Promise<Uint8Array> {
  const work = from.workspace.collectPatch(held.base.sha, from.bytesMax);
  return untilAfterStop(held, deps, { work, ms: COLLECT_STOPPED_MS });
}

/**
 * What a cut run leaves in its workspace, as a patch; empty when there is nothing or it cannot be had within a minute, or
 * 5 s when the run must stop, which the log tells. Never rejects.
 */
export async function collectUnfinished(
  deps: ClosingDeps,
  held: HeldRun,
  from: { workspace: Workspace; bytesMax: number },
): Promise<Uint8Array> {
  const work = collectWork(deps, held, from);
  return (await attempt(deps, held, { work, ms: COLLECT_MS, action: 'Collecting unfinished work' })) ?? NOTHING;
}

/**
 * Keeps unfinished work in a branch of its own, held to the same rules as a change: it may not hold a secret nor touch
 * what is protected. A branch that is there already with other work is left as it is, and the next name is taken. Failing is
 * a line in the log and changes nothing about how the run ended. Never rejects.
 */
export async function saveWork(
  deps: SaveWorkDeps,
  held: HeldRun,
  left: { patch: Uint8Array; why: string },
): Promise<void> {
  if (left.patch.byteLength === 0) return;
  await attempt(deps, held, { work: save(deps, held, left), ms: SAVE_MS, action: KEEPING });
}

/**
 * Keeps work that is on record already, of a run that was cancelled before its pull request; this machine may never have
 * seen the repository. As {@link saveWork} otherwise. @throws AppError `unavailable` when the record cannot be read.
 */
export async function saveRecorded(
  deps: SaveWorkDeps & FetchBundleDeps & { readonly store: { runs: Runs } },
  held: HeldRun,
  why: string,
): Promise<void> {
  const patch = (await deps.store.runs.readResult(held.run.id))?.patch ?? NOTHING;
  if (patch.byteLength === 0) return;
  const work = async (): Promise<void> => {
    await using _mirror = await fetchBundle(deps, held);
    await save(deps, held, { patch, why });
  };
  await attempt(deps, held, { work: work(), ms: SAVE_MS, action: KEEPING });
}

async function save(deps: SaveWorkDeps, held: HeldRun, left: { patch: Uint8Array; why: string }): Promise<void> {
  const message = unfinishedMessage(held.request, left.why);
  const prepared = await prepareChange(deps, held, { patch: left.patch, message });
  if (prepared.kind === 'refused') {
    held.note({ type: 'log', stage: 'git', message: `Unfinished work was not kept: ${prepared.reasons.join(' ')}` });
    return;
  }
  // The end of the run follows, also when the worker goes down: nobody else would keep this.
  if (held.stopReason === 'lost') return;
  const branch = await pushToFree(deps, held, prepared.commit.sha);
  await held.step(
    { run: { savedBranch: branch } },
    { type: 'status', stage: 'git', message: `Kept unfinished work in ${branch}` },
  );
}

/** Pushes to the first branch that is free, or has this very commit; gives its name. @throws AppError as {@link pushCommit}. */
async function pushToFree(deps: SaveWorkDeps, held: HeldRun, sha: string): Promise<string> {
  let taken: unknown;
  for (const branch of savedBranchesOf(held.request.id, held.run.id)) {
    try {
      await pushCommit(deps, held, { sha, branch, from: null });
      return branch;
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'conflict') throw thrown;
      taken = thrown;
    }
  }
  throw taken;
}

async function attempt<Value>(
  deps: { runtime: Pick<Runtime, 'wait'> },
  held: HeldRun,
  { work, ms, action }: { work: Promise<Value>; ms: number; action: string },
): Promise<Value | undefined> {
  try {
    const first = await withinTime(deps.runtime, ms, work);
    if (first !== 'late') return first.value;
    held.note({ type: 'log', stage: 'git', message: `${action} took longer than ${ms / 1_000} s and was given up` });
  } catch (thrown) {
    held.note({ type: 'log', stage: 'git', message: `${action} failed: ${toAppError(thrown, action).message}` });
  }
  return undefined;
}
