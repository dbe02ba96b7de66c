import { AppError } from '../../domain/errors.ts';
import type { Runs } from '../../ports/store.ts';
import type { Workspaces } from '../../ports/workspace.ts';
import type { HeldRun } from './hold-run.ts';

/** What clearing up after a lost worker needs. */
export interface LostRoomsDeps {
  readonly workspaces: Workspaces;
  readonly store: { readonly runs: Runs };
}

/** Tries after which a workspace that is gone is no accident. */
const ROOMS_LOST_MAX = 2;

/**
 * An engine that restarts, or a node that goes away, takes the workspace along: that passes. So does an agent that brings its
 * own workspace down, which would go on for ever; so it passes a few times only.
 */
export function roomLost(held: HeldRun, thrown: unknown): unknown {
  const isLost = thrown instanceof AppError && thrown.code === 'missing';
  if (!isLost || held.run.tries >= ROOMS_LOST_MAX) return thrown;
  return new AppError('unavailable', `The workspace was lost: ${thrown.message}`, { cause: thrown });
}

/**
 * A lost worker's workspace must be gone before there is another: never two for one run. Those of other runs are the
 * sweep's, so that one of them which cannot be removed does not keep this run.
 */
export async function removeLeftOvers({ workspaces, store }: LostRoomsDeps, { claim }: HeldRun): Promise<void> {
  await workspaces.reap(async (labels) => labels.runId !== claim.runId || (await store.runs.isLive(labels)));
}
