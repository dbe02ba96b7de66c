import { AppError } from '../domain/errors.ts';
import type { CommandRecord, RunFailure, TokenUsage } from '../domain/run.ts';
import type { Redactor } from '../domain/secrets.ts';
import type { WorkRequest } from '../domain/work-request.ts';
import type { AgentResult, Executor } from '../ports/executor.ts';
import type { Gateway } from '../ports/gateway.ts';
import type { Bundle, Repositories } from '../ports/repository.ts';
import type { Logger } from '../ports/runtime.ts';
import type { Runs } from '../ports/store.ts';
import type { Cloner } from '../ports/vcs.ts';
import type { Workspace, Workspaces } from '../ports/workspace.ts';
import type { HeldRun } from './hold-run.ts';
import { closing, stopIfAsked, unlessStopped } from './unless-stopped.ts';

/** What running an agent needs. `renderPrompt` makes the whole prompt of a request. */
export interface RunAgentDeps {
  readonly store: { runs: Runs };
  readonly host: Cloner;
  readonly repositories: Repositories;
  readonly workspaces: Workspaces;
  readonly gateway: Gateway;
  readonly executor: Executor;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly renderPrompt: (request: WorkRequest) => string;
  readonly agent: { model: string; reasoningEffort: string; timeoutMs: number; patchBytesMax: number };
}

/** What the agent left: a change on record, or the end of the run. */
export type AgentOutcome =
  | { readonly kind: 'changed'; readonly patch: Uint8Array }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed' | 'timed_out'; readonly failure: RunFailure };

/** Brings the repository's mirror up to date with a token narrowed to reading it, and writes the hand-over bundle. */
export async function fetchBundle(
  deps: Pick<RunAgentDeps, 'host' | 'repositories' | 'logger'>,
  request: WorkRequest,
): Promise<Bundle> {
  const access = await deps.host.gitAccess(request.repo, 'read');
  try {
    return await deps.repositories.bundle(request.repo, request.base, access);
  } finally {
    void deps.host.revoke(access).catch((err: unknown) => deps.logger.warn({ err }, 'a read token was not revoked'));
  }
}

/**
 * Runs the agent on a fresh workspace and puts what it left on record before anything is published.
 * @throws AppError when a part of the way failed, or `conflict` when the run had to stop (see the held run's reason).
 */
export async function runAgent(deps: RunAgentDeps, held: HeldRun): Promise<AgentOutcome> {
  const { request, claim } = held;
  if (claim.epoch > 1) await reapQuietly(deps);
  await using door = await deps.gateway.open(claim);
  const spec = { labels: claim, socketDirectory: door.socketDirectory };
  const [opened, fetched] = await Promise.allSettled([
    unlessStopped(held, deps, deps.workspaces.open(spec)),
    unlessStopped(held, deps, fetchBundle(deps, request)),
  ]);
  await using _room = closing(deps, opened);
  await using _file = closing(deps, fetched);
  if (opened.status === 'rejected') throw opened.reason;
  if (fetched.status === 'rejected') throw fetched.reason;
  const workspace = opened.value;
  await unlessStopped(held, deps, workspace.load(fetched.value));
  await held.step(
    { run: { status: 'running', provisioner: workspace.provisioner } },
    {
      type: 'status',
      stage: 'workspace',
      message: `Workspace ready (${workspace.provisioner}, no network, no secrets)`,
    },
    { type: 'status', stage: 'clone', message: `Checked out ${request.base.ref} at ${request.base.sha.slice(0, 12)}` },
    { type: 'status', stage: 'codex', message: `Starting ${deps.executor.name} with ${deps.agent.model}` },
  );
  const result = await deps.executor.execute(workspace, {
    prompt: deps.renderPrompt(request),
    model: { name: deps.agent.model, reasoningEffort: deps.agent.reasoningEffort },
    timeoutMs: deps.agent.timeoutMs,
    signal: held.signal,
    onEntry: held.note,
  });
  const usage = sum(held.run.usage, door.usage());
  if (held.stopReason !== 'lost') await held.step({ run: { usage } });
  stopIfAsked(held);
  return await record(deps, held, { result, workspace });
}

/** Left-overs of a lost worker are in nobody's way; the sweep comes back for what cannot be removed now. */
async function reapQuietly(deps: RunAgentDeps): Promise<void> {
  await deps.workspaces
    .reap((labels) => deps.store.runs.isLive(labels))
    .catch((err: unknown) => deps.logger.warn({ err }, 'left-over workspaces were not removed'));
}

/** What earlier claims of the run used counts too. */
function sum(before: TokenUsage, now: TokenUsage): TokenUsage {
  return {
    inputTokens: before.inputTokens + now.inputTokens,
    cachedInputTokens: before.cachedInputTokens + now.cachedInputTokens,
    outputTokens: before.outputTokens + now.outputTokens,
    reasoningTokens: before.reasoningTokens + now.reasoningTokens,
  };
}

async function record(
  deps: RunAgentDeps,
  held: HeldRun,
  left: { result: AgentResult; workspace: Workspace },
): Promise<AgentOutcome> {
  const { result, workspace } = left;
  if (result.outcome === 'aborted')
    throw new AppError('unavailable', 'The workspace was taken away while the agent worked');
  const finalMessage = result.finalMessage === null ? null : deps.redactor.redact(result.finalMessage);
  const commands: CommandRecord[] = result.commands.map((one) => ({
    ...one,
    command: deps.redactor.redact(one.command),
  }));
  const run = { finalMessage, commands };
  await held.step({ run, result: { patch: null, session: result.session } });
  if (result.outcome !== 'succeeded') {
    const timedOut = result.outcome === 'timed_out';
    const reason = result.reason ?? 'The agent ended without saying why.';
    const limit = `The agent was stopped after ${deps.agent.timeoutMs / 1_000} s (RUN_TIMEOUT_SEC).`;
    const message = deps.redactor.redact(timedOut ? limit : reason);
    return { kind: timedOut ? 'timed_out' : 'failed', failure: { code: timedOut ? 'timeout' : 'agent', message } };
  }
  const patch = await workspace.collectPatch(held.request.base.sha, deps.agent.patchBytesMax);
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
