import type { RunFailure } from '../../domain/run/run.ts';
import type { Duty } from '../../ports/prompts.ts';
import type { Bundle } from '../../ports/host/repository.ts';
import { agentTurns, type AgentTurnsDeps } from './agent-turns.ts';
import { workSoFar, type CarryWorkDeps } from './carry-work.ts';
import { fetchBundle, type FetchBundleDeps } from './fetch-bundle.ts';
import type { HeldRun } from './hold-run.ts';
import { judgeWork, type AgentOutcome, type JudgeWorkDeps } from './judge-work.ts';
import { removeLeftOvers, roomLost } from './lost-rooms.ts';
import { openRoom, type OpenRoomDeps, type Room } from './open-room.ts';
import type { RunTerms } from '../config/read-terms.ts';
import { setUpWorkspace } from './set-up-workspace.ts';
import { closing, unlessStopped } from './unless-stopped.ts';

/** What running an agent needs. */
export type RunAgentDeps = FetchBundleDeps & CarryWorkDeps & OpenRoomDeps & AgentTurnsDeps & JudgeWorkDeps;

/**
 * Runs the agent on a fresh workspace and puts what it left on record before anything is published. The workspace is gone
 * when this returns.
 * @throws AppError when a part of the way failed, or `conflict` when the run had to stop (see the held run's reason).
 */
export async function runAgent(
  deps: RunAgentDeps,
  held: HeldRun,
  work: { terms: RunTerms; duty: Duty },
): Promise<AgentOutcome> {
  if (held.claim.epoch > 1) await unlessStopped(held, deps, removeLeftOvers(deps, held));
  const [opened, fetched] = await Promise.allSettled([
    openRoom(deps, held, work.terms),
    unlessStopped(held, deps, fetch(deps, held)),
  ]);
  await using _room = opened.status === 'fulfilled' ? opened.value : undefined;
  await using _file = fetched.status === 'fulfilled' ? closing(deps, fetched.value) : undefined;
  if (opened.status === 'rejected') throw opened.reason;
  if (fetched.status === 'rejected') throw fetched.reason;
  const at = { room: opened.value, bundle: fetched.value, duty: work.duty };
  return await workIn(deps, held, at).catch((thrown: unknown) => {
    throw roomLost(held, thrown);
  });
}

async function fetch(deps: RunAgentDeps, held: HeldRun): Promise<Bundle> {
  return fetchBundle(deps, held, { onTop: await workSoFar(deps, held) });
}

async function workIn(
  deps: RunAgentDeps,
  held: HeldRun,
  { room, bundle, duty }: { room: Room; bundle: Bundle; duty: Duty },
): Promise<AgentOutcome> {
  await unlessStopped(held, deps, room.workspace.load(bundle));
  await tellReady(held, room, bundle);
  const fault = await setUpWorkspace(deps, held, room);
  if (fault !== undefined) return notBegun(fault);
  const result = await agentTurns(deps, held, { room, duty });
  return judgeWork(deps, held, { room, result, onlyWords: duty.kind === 'plan' || duty.kind === 'review' });
}

function notBegun(failure: RunFailure): AgentOutcome {
  return { kind: 'unfinished', status: 'failed', failure, patch: new Uint8Array() };
}

async function tellReady(held: HeldRun, { workspace, config }: Room, bundle: Bundle): Promise<void> {
  const { ref, sha } = held.base;
  const network = config.egress.length === 0 ? 'no network' : `network: ${config.egress.join(', ')}`;
  const message = `Workspace ready (${workspace.provisioner}, ${network}, no secrets)`;
  const onTop = bundle.sha === sha ? '' : ', with the work so far';
  await held.step(
    { run: { provisioner: workspace.provisioner } },
    { type: 'status', stage: 'workspace', message },
    { type: 'status', stage: 'clone', message: `Checked out ${ref} at ${sha.slice(0, 12)}${onTop}` },
  );
}
