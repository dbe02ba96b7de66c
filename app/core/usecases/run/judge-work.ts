import { AppError } from '../../domain/errors.ts';
import type { RunLimits } from '../../domain/run/run-limits.ts';
import type { RunFailure } from '../../domain/run/run.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { AgentResult } from '../../ports/executor.ts';
import type { Workspace } from '../../ports/workspace.ts';
import { CANCELLED } from './end-run.ts';
import type { HeldRun } from './hold-run.ts';
import { shortfallOf } from './judge-result.ts';
import type { Room } from './open-room.ts';
import { collectUnfinished, collectWork } from './save-work.ts';
import { stopIfAsked, type ClosingDeps } from './unless-stopped.ts';

/** What judging needs. */
export type JudgeWorkDeps = ClosingDeps & { readonly redactor: Redactor; readonly agent: RunLimits };

/** What the agent left: a change on record, nothing, a plan, or a run that ended short with what was done until then. */
export type AgentOutcome =
  | { readonly kind: 'changed'; readonly patch: Uint8Array }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'planned'; readonly plan: string }
  | {
      readonly kind: 'unfinished';
      readonly status: 'failed' | 'timed_out' | 'cancelled';
      readonly failure: RunFailure;
      /** Empty when nothing was done. */
      readonly patch: Uint8Array;
    };

/**
 * Puts on record what an agent left in its workspace, before anything is published. Of one that plans or reviews only its
 * words count, whatever it changed.
 * @throws AppError `conflict` when the run had to stop; `unavailable` when the workspace was taken away.
 */
export async function judgeWork(
  deps: JudgeWorkDeps,
  held: HeldRun,
  { room, result, onlyWords }: { room: Room; result: AgentResult; onlyWords: boolean },
): Promise<AgentOutcome> {
  const from = { workspace: room.workspace, bytesMax: deps.agent.patchBytesMax };
  if (held.stopReason === 'cancel') {
    const patch = await collectUnfinished(deps, held, from);
    await held.step({ result: { patch: null, session: result.session, unfinished: patch } });
    return { kind: 'unfinished', status: 'cancelled', failure: CANCELLED, patch };
  }
  stopIfAsked(held);
  if (result.outcome === 'aborted')
    throw new AppError('unavailable', 'The workspace was taken away while the agent worked');
  const shortfall = shortfallOf(result, room.doors.exhausted(), deps.agent);
  const words = wordsOf(deps, result);
  await held.step({ run: words, result: { patch: null, session: result.session } });
  if (shortfall === undefined) return onlyWords ? planned(words) : collect(deps, held, { from, result });
  const failure = { ...shortfall.failure, message: deps.redactor.redact(shortfall.failure.message) };
  const patch = await collectUnfinished(deps, held, from);
  await held.step({ result: { patch: null, session: result.session, unfinished: patch } });
  return { kind: 'unfinished', status: shortfall.status, failure, patch };
}

function planned({ finalMessage }: { finalMessage: string | null }): AgentOutcome {
  if (finalMessage !== null && finalMessage.trim() !== '') return { kind: 'planned', plan: finalMessage };
  const failure = { code: 'agent', message: 'The agent gave no answer.' };
  return { kind: 'unfinished', status: 'failed', failure, patch: new Uint8Array() };
}

function wordsOf({ redactor }: JudgeWorkDeps, { finalMessage, commands }: AgentResult) {
  return {
    finalMessage: finalMessage === null ? null : redactor.redact(finalMessage),
    commands: commands.map((one) => ({ ...one, command: redactor.redact(one.command) })),
  };
}

async function collect(
  deps: JudgeWorkDeps,
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
