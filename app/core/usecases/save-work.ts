import { toAppError } from '../domain/errors.ts';
import { unfinishedMessage } from '../domain/proposal.ts';
import { savedBranchOf } from '../domain/saved-work.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { HeldRun } from './hold-run.ts';
import { prepareChange, pushCommit, type PushChangeDeps } from './push-change.ts';

/** What keeping unfinished work needs. */
export type SaveWorkDeps = PushChangeDeps & { readonly runtime: Runtime };

/** Longest time the host may take; the end of the run is not shown before. */
const SAVE_MS = 60_000;
const NOTHING = new Uint8Array();

/**
 * What a cut run leaves in its workspace, as a patch; empty when there is nothing or it cannot be had within `ms`
 * milliseconds, which the log tells. Never rejects.
 */
export async function collectUnfinished(
  deps: { runtime: Runtime },
  held: HeldRun,
  from: { workspace: Workspace; bytesMax: number; ms: number },
): Promise<Uint8Array> {
  const { workspace, bytesMax, ms } = from;
  const work = workspace.collectPatch(held.request.base.sha, bytesMax);
  return (await attempt(deps, held, { work, ms, action: 'Collecting unfinished work' })) ?? NOTHING;
}

/**
 * Keeps unfinished work in a branch of its own, held to the same rules as a change: it may not hold a secret nor touch
 * what is protected. A branch that is there already with other work is left as it is. Failing is a line in the log and
 * changes nothing about how the run ended. Never rejects.
 */
export async function saveWork(
  deps: SaveWorkDeps,
  held: HeldRun,
  left: { patch: Uint8Array; why: string },
): Promise<void> {
  if (left.patch.byteLength === 0) return;
  await attempt(deps, held, { work: save(deps, held, left), ms: SAVE_MS, action: 'Keeping unfinished work' });
}

async function save(deps: SaveWorkDeps, held: HeldRun, left: { patch: Uint8Array; why: string }): Promise<void> {
  const message = unfinishedMessage(held.request, left.why);
  const prepared = await prepareChange(deps, held, { patch: left.patch, message });
  if (prepared.kind === 'refused') {
    held.note({ type: 'log', stage: 'git', message: `Unfinished work was not kept: ${prepared.reasons.join(' ')}` });
    return;
  }
  if (held.stopReason === 'lost' || held.stopReason === 'handover') return;
  const branch = savedBranchOf(held.request.id);
  await pushCommit(deps, held, { sha: prepared.commit.sha, branch });
  await held.step(
    { run: { savedBranch: branch } },
    { type: 'status', stage: 'git', message: `Kept unfinished work in ${branch}` },
  );
}

async function attempt<Value>(
  deps: { runtime: Runtime },
  held: HeldRun,
  { work, ms, action }: { work: Promise<Value>; ms: number; action: string },
): Promise<Value | undefined> {
  const settled = new AbortController();
  const late = deps.runtime.wait(ms, settled.signal).then(() => 'late' as const);
  try {
    const first = await Promise.race([work.then((value) => ({ value })), late]);
    if (first !== 'late') return first.value;
    work.catch(() => undefined);
    held.note({ type: 'log', stage: 'git', message: `${action} took longer than ${ms / 1_000} s and was given up` });
  } catch (thrown) {
    held.note({ type: 'log', stage: 'git', message: `${action} failed: ${toAppError(thrown, action).message}` });
  } finally {
    settled.abort();
  }
  return undefined;
}
