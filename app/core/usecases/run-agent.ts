import { AppError } from '../domain/errors.ts';
import type { RunLimits } from '../domain/run-limits.ts';
import type { RunFailure } from '../domain/run.ts';
import type { Redactor } from '../domain/secrets.ts';
import { spentTogether } from '../domain/spending.ts';
import type { AgentResult, Executor } from '../ports/executor.ts';
import type { Prompts } from '../ports/prompts.ts';
import type { Bundle } from '../ports/repository.ts';
import type { Runs } from '../ports/store.ts';
import type { Workspace } from '../ports/workspace.ts';
import { CANCELLED } from './end-run.ts';
import { fetchBundle, type FetchBundleDeps } from './fetch-bundle.ts';
import type { HeldRun } from './hold-run.ts';
import { shortfallOf } from './judge-result.ts';
import { openRoom, type OpenRoomDeps, type Room } from './open-room.ts';
import { collectUnfinished, collectWork } from './save-work.ts';
import { setUpWorkspace } from './set-up-workspace.ts';
import { closing, stopIfAsked, unlessStopped, untilAfterStop } from './unless-stopped.ts';

/** What running an agent needs. */
export type RunAgentDeps = FetchBundleDeps &
  OpenRoomDeps & {
    readonly store: { runs: Runs };
    readonly executor: Executor;
    readonly redactor: Redactor;
    readonly prompts: Prompts;
    readonly agent: RunLimits & {
      readonly model: string;
      readonly models: readonly string[];
      readonly reasoningEffort: string;
    };
  };

/** What the agent left: a change on record, nothing, or a run that ended short with what was done until then. */
export type AgentOutcome =
  | { readonly kind: 'changed'; readonly patch: Uint8Array }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'unfinished';
      readonly status: 'failed' | 'timed_out' | 'cancelled';
      readonly failure: RunFailure;
      /** Empty when nothing was done. */
      readonly patch: Uint8Array;
    };

/** Time an agent that was told to stop has: it is killed well within it, unless the engine is silent. */
const END_MS = 10_000;
/** Tries after which a workspace that is gone is no accident. */
const ROOMS_LOST_MAX = 2;

/**
 * Runs the agent on a fresh workspace and puts what it left on record before anything is published. The workspace is gone
 * when this returns.
 * @throws AppError when a part of the way failed, or `conflict` when the run had to stop (see the held run's reason).
 */
export async function runAgent(deps: RunAgentDeps, held: HeldRun): Promise<AgentOutcome> {
  if (held.claim.epoch > 1) await unlessStopped(held, deps, removeLeftOvers(deps, held));
  const [opened, fetched] = await Promise.allSettled([
    openRoom(deps, held),
    unlessStopped(held, deps, fetchBundle(deps, held.request)),
  ]);
  await using _room = opened.status === 'fulfilled' && opened.value.kind === 'room' ? opened.value : undefined;
  await using _file = fetched.status === 'fulfilled' ? closing(deps, fetched.value) : undefined;
  if (opened.status === 'rejected') throw opened.reason;
  if (opened.value.kind === 'faulty') return notBegun({ code: 'config', message: opened.value.message });
  if (fetched.status === 'rejected') throw fetched.reason;
  const at = { room: opened.value, bundle: fetched.value };
  return await workIn(deps, held, at).catch((thrown: unknown) => {
    throw roomLost(held, thrown);
  });
}

async function workIn(
  deps: RunAgentDeps,
  held: HeldRun,
  { room, bundle }: { room: Room; bundle: Bundle },
): Promise<AgentOutcome> {
  await unlessStopped(held, deps, room.workspace.load(bundle));
  await tellReady(held, room);
  const fault = await setUpWorkspace(deps, held, room);
  if (fault !== undefined) return notBegun(fault);
  return await judge(deps, held, { room, result: await execute(deps, held, room) });
}

/**
 * An engine that restarts, or a node that goes away, takes the workspace along: that passes. So does an agent that brings its
 * own workspace down, which would go on for ever; so it passes a few times only.
 */
function roomLost(held: HeldRun, thrown: unknown): unknown {
  const isLost = thrown instanceof AppError && thrown.code === 'missing';
  if (!isLost || held.run.tries >= ROOMS_LOST_MAX) return thrown;
  return new AppError('unavailable', `The workspace was lost: ${thrown.message}`, { cause: thrown });
}

/**
 * A lost worker's workspace must be gone before there is another: never two for one run. Those of other runs are the
 * sweep's, so that one of them which cannot be removed does not keep this run.
 */
async function removeLeftOvers({ workspaces, store }: RunAgentDeps, { claim }: HeldRun): Promise<void> {
  await workspaces.reap(async (labels) => labels.runId !== claim.runId || (await store.runs.isLive(labels)));
}

function notBegun(failure: RunFailure): AgentOutcome {
  return { kind: 'unfinished', status: 'failed', failure, patch: new Uint8Array() };
}

async function tellReady(held: HeldRun, { workspace, config }: Room): Promise<void> {
  const { base } = held.request;
  const network = config.egress.length === 0 ? 'no network' : `network: ${config.egress.join(', ')}`;
  const message = `Workspace ready (${workspace.provisioner}, ${network}, no secrets)`;
  await held.step(
    { run: { provisioner: workspace.provisioner } },
    { type: 'status', stage: 'workspace', message },
    { type: 'status', stage: 'clone', message: `Checked out ${base.ref} at ${base.sha.slice(0, 12)}` },
  );
}

async function execute(deps: RunAgentDeps, held: HeldRun, { workspace, doors, refusals }: Room): Promise<AgentResult> {
  const { agent, executor } = deps;
  await held.step(
    { run: { status: 'running' } },
    { type: 'status', stage: 'codex', message: `Starting ${executor.name} with ${agent.model}` },
  );
  const spending = () => spentTogether(held.run, { usage: doors.usage(), costUsd: doors.costUsd() });
  const work = executor.execute(workspace, {
    prompt: deps.prompts.render({
      request: held.request,
      duty: { kind: 'change' },
      messages: [],
      resumed: false,
      thread: null,
    }),
    resume: null,
    images: [],
    model: { name: agent.model, reasoningEffort: agent.reasoningEffort },
    timeoutMs: agent.timeoutMs,
    idleMs: agent.idleMs,
    outputBytesMax: agent.outputBytesMax,
    signal: held.signal,
    onEntry: (entry) => {
      held.note(entry);
      held.amend(spending());
    },
  });
  const result = await untilAfterStop(held, deps, { work, ms: END_MS });
  refusals.finish();
  if (held.stopReason !== 'lost') await held.step({ run: spending() });
  return result;
}

async function judge(
  deps: RunAgentDeps,
  held: HeldRun,
  { room, result }: { room: Room; result: AgentResult },
): Promise<AgentOutcome> {
  const from = { workspace: room.workspace, bytesMax: deps.agent.patchBytesMax };
  if (held.stopReason === 'cancel') {
    const patch = await collectUnfinished(deps, held, from);
    return { kind: 'unfinished', status: 'cancelled', failure: CANCELLED, patch };
  }
  stopIfAsked(held);
  if (result.outcome === 'aborted')
    throw new AppError('unavailable', 'The workspace was taken away while the agent worked');
  const shortfall = shortfallOf(result, room.doors.exhausted(), deps.agent);
  await held.step({ run: wordsOf(deps, result), result: { patch: null, session: result.session } });
  if (shortfall === undefined) return collect(deps, held, { from, result });
  const failure = { ...shortfall.failure, message: deps.redactor.redact(shortfall.failure.message) };
  const patch = await collectUnfinished(deps, held, from);
  return { kind: 'unfinished', status: shortfall.status, failure, patch };
}

function wordsOf({ redactor }: RunAgentDeps, { finalMessage, commands }: AgentResult) {
  return {
    finalMessage: finalMessage === null ? null : redactor.redact(finalMessage),
    commands: commands.map((one) => ({ ...one, command: redactor.redact(one.command) })),
  };
}

async function collect(
  deps: RunAgentDeps,
  held: HeldRun,
  { from, result }: { from: { workspace: Workspace; bytesMax: number }; result: AgentResult },
): Promise<AgentOutcome> {
  const patch = await collectWork(deps, held, from);
  const changed = patch.byteLength > 0;
  await held.step(
    {
      ...(changed ? { run: { status: 'publishing' as const } } : {}),
      result: { patch, session: result.session },
      ...(changed ? { request: 'PATCH_READY' as const } : {}),
    },
    { type: 'status', stage: 'diff', message: changed ? 'Diff collected' : 'The agent changed nothing' },
  );
  return changed ? { kind: 'changed', patch } : { kind: 'unchanged' };
}
