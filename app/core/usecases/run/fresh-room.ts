import type { RepositoryConfig } from '../../contracts/repository-config.ts';
import { AppError } from '../../domain/errors.ts';
import type { RepoRef } from '../../domain/host/repo.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Bundle } from '../../ports/host/repository.ts';
import type { Runs } from '../../ports/store.ts';
import type { Workspace } from '../../ports/workspace.ts';
import { fetchBundle, type FetchBundleDeps } from './fetch-bundle.ts';
import type { HeldRun } from './hold-run.ts';
import { roomLost } from './lost-rooms.ts';
import { openRoom, type OpenRoomDeps } from './open-room.ts';
import { setUpWorkspace, type SetUpWorkspaceDeps } from './set-up-workspace.ts';
import { closing, unlessStopped } from './unless-stopped.ts';

/** What a workspace beside the agent's needs. */
export type FreshRoomDeps = FetchBundleDeps &
  OpenRoomDeps &
  SetUpWorkspaceDeps & {
    readonly store: { readonly runs: Runs };
    readonly author: (near: RepoRef) => Promise<{ name: string; email: string }>;
  };

/** What is checked out: a commit, with a patch on it where there is one. */
export interface Checkout {
  readonly base: HeldRun['base'];
  readonly patch: Uint8Array | null;
}

/**
 * Does something in a fresh workspace in which nothing else has ever happened: made from the bundle, with the repository's
 * image and network, and set up unless `bare`; no model answers in it. It is gone when this returns.
 * @throws AppError as the ports; `invalid` when set-up fails, in words to show; `conflict` when the run had to stop.
 */
export async function inFreshRoom<Value>(
  deps: FreshRoomDeps,
  held: HeldRun,
  {
    work,
    ...given
  }: { config: RepositoryConfig; checkout: Checkout; bare?: boolean; work: (workspace: Workspace) => Promise<Value> },
): Promise<Value> {
  const bundle = await unlessStopped(held, deps, bundleOf(deps, held, given.checkout));
  await using _file = closing(deps, bundle);
  try {
    await using room = await openRoom(deps, held, {
      config: given.config,
      before: await standing(deps, held),
      agent: false,
    });
    await unlessStopped(held, deps, room.workspace.load(bundle));
    const checkout = { sha: bundle.sha, vouched: given.checkout.patch === null };
    const fault =
      given.bare === true
        ? undefined
        : await setUpWorkspace(deps, held, { workspace: room.workspace, config: given.config, checkout });
    if (fault !== undefined) throw new AppError('invalid', fault.message);
    return await work(room.workspace);
  } catch (thrown) {
    throw roomLost(held, thrown);
  }
}

async function bundleOf(deps: FreshRoomDeps, held: HeldRun, { base, patch }: Checkout): Promise<Bundle> {
  if (patch === null) return fetchBundle(deps, held, { base });
  const author = await deps.author(held.request.repo);
  const draft = { message: 'What is to be proven, not published', author, date: held.run.createdAt };
  return fetchBundle(deps, held, { base, onTop: { patch, draft } });
}

/** The run with all that was counted since it was claimed, so that what is counted in the room comes on top. */
async function standing({ store }: FreshRoomDeps, held: HeldRun): Promise<Run> {
  await held.step({});
  return (await store.runs.readRun(held.run.id))?.run ?? held.run;
}
