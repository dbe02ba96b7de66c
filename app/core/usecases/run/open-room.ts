import type { RepositoryConfig } from '../../contracts/repository-config.ts';
import type { RunLimits } from '../../domain/run/run-limits.ts';
import type { Run } from '../../domain/run/run.ts';
import { budgetLeft, spentTogether } from '../../domain/run/spending.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { DoorTerms, Gateway, RunDoors } from '../../ports/gateway.ts';
import type { Logger, Runtime } from '../../ports/runtime.ts';
import type { RunPatch } from '../../ports/store.ts';
import type { Workspace, Workspaces } from '../../ports/workspace.ts';
import { countRefusals, type RefusalCount } from './count-refusals.ts';
import type { HeldRun } from './hold-run.ts';
import type { RunTerms } from '../config/read-terms.ts';
import { closing, unlessStopped } from './unless-stopped.ts';

/** What opening a room needs. */
export type OpenRoomDeps = {
  readonly store: { readonly conversations: Pick<Conversations, 'allowedHosts'> };
  readonly workspaces: Workspaces;
  readonly gateway: Gateway;
  readonly runtime: Runtime;
  readonly logger: Logger;
  /** `models`: those that may be asked, the one in use among them. */
  readonly agent: RunLimits & { readonly models: readonly string[] };
};

/** An empty workspace with its doors, as the repository's configuration wants it. Disposing closes both and tells the run what was spent. */
export interface Room extends AsyncDisposable {
  readonly config: RepositoryConfig;
  readonly doors: RunDoors;
  readonly workspace: Workspace;
  readonly refusals: RefusalCount;
}

/** Time a workspace may take to be made, its image included; the model's deadline leaves room for it. */
const OPEN_ALLOWANCE_MS = 15 * 60_000;
const PROGRESS_LINES_MAX = 200;
const PROGRESS_CHARS_MAX = 500;

/** What a room is for. `agent`: one that asks a model. `before`: the run as it stands, when it is not as it was claimed. */
export type RoomTerms = Pick<RunTerms, 'config'> & { readonly before?: Run; readonly agent?: boolean };

/**
 * Opens the room of a run; without an `agent` its door to the model lets nothing through.
 * @throws AppError as the ports; `conflict` when the run had to stop.
 */
export async function openRoom(deps: OpenRoomDeps, held: HeldRun, given: RoomTerms): Promise<Room> {
  const { config, before = held.run, agent = true } = given;
  const { conversations } = deps.store;
  const allowed = await unlessStopped(held, deps, conversations.allowedHosts(held.request));
  const counted = { note: held.note, amend: (patch: RunPatch) => held.amend(patch), run: before };
  const refusals = countRefusals(counted, deps.runtime);
  const terms = termsOf(deps, before, { config, allowed, agent, onRefused: refusals.onRefused });
  const doors = await unlessStopped(held, deps, deps.gateway.open(held.claim, terms));
  try {
    const workspace = await unlessStopped(held, deps, openWorkspace(deps, held, { config, doors }));
    const close = async (): Promise<void> => {
      await closing(deps, workspace)[Symbol.asyncDispose]();
      await closing(deps, doors)[Symbol.asyncDispose]();
      // However the agent ended: a try that was cut short has spent, and its calls are counted when the doors are closed.
      refusals.finish();
      held.amend(spentTogether(before, { usage: doors.usage(), costUsd: doors.costUsd() }));
    };
    return { config, doors, workspace, refusals, [Symbol.asyncDispose]: close };
  } catch (thrown) {
    await closing(deps, doors)[Symbol.asyncDispose]();
    throw thrown;
  }
}

function termsOf(
  deps: OpenRoomDeps,
  before: Run,
  given: { config: RepositoryConfig; agent: boolean; allowed: readonly string[]; onRefused: DoorTerms['onRefused'] },
): DoorTerms {
  const { agent } = deps;
  const lastsMs = OPEN_ALLOWANCE_MS + agent.setUpTimeoutMs + agent.timeoutMs;
  const deadline = new Date(Date.parse(deps.runtime.now()) + lastsMs).toISOString();
  return {
    kind: deps.workspaces.doors,
    budget: given.agent ? budgetLeft(agent, before, deadline) : { tokensMax: 0, costUsdMax: 0, deadline },
    models: given.agent ? agent.models : [],
    egress: [...new Set([...given.config.egress, ...given.allowed])],
    onRefused: given.onRefused,
  };
}

function openWorkspace(
  deps: OpenRoomDeps,
  held: HeldRun,
  { config, doors }: { config: RepositoryConfig; doors: RunDoors },
): Promise<Workspace> {
  let lines = 0;
  return deps.workspaces.open({
    labels: held.claim,
    doors: doors.doors,
    ...(config.image === undefined ? {} : { image: config.image }),
    onProgress: (line) => {
      lines += 1;
      if (lines > PROGRESS_LINES_MAX) return;
      held.note({ type: 'status', stage: 'workspace', message: line.slice(0, PROGRESS_CHARS_MAX) });
    },
  });
}
