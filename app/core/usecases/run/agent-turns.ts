import { REVIEW_ANSWER_SCHEMA } from '../../contracts/review-answer.ts';
import type { RunLimits } from '../../domain/run/run-limits.ts';
import { spentTogether } from '../../domain/run/spending.ts';
import type { Message } from '../../domain/request/message.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { AgentResult, AgentTask, Executor } from '../../ports/executor.ts';
import type { Assignment, Duty, Prompts } from '../../ports/prompts.ts';
import type { Runs } from '../../ports/store.ts';
import type { ThreadComment } from '../../ports/host/thread-reader.ts';
import { dutyFor, planOf, type ChooseDutyDeps } from '../request/choose-duty.ts';
import type { HeldRun } from './hold-run.ts';
import { incidentAccount, type IncidentAccountDeps } from './incident-account.ts';
import { newsOf } from '../intake/news-of.ts';
import type { Room } from './open-room.ts';
import { surroundingsOf, type SurroundingsDeps } from './read-surroundings.ts';
import { takeBackDeleted, type TakeBackDeletedDeps } from '../intake/take-back-deleted.ts';
import { untilAfterStop } from './unless-stopped.ts';

/** What an agent at work needs. */
export type AgentTurnsDeps = SurroundingsDeps &
  IncidentAccountDeps &
  TakeBackDeletedDeps &
  Omit<ChooseDutyDeps, 'store'> & {
    readonly store: {
      readonly runs: Runs;
      readonly conversations: Pick<Conversations, 'take' | 'messagesOf'>;
    };
    readonly executor: Executor;
    readonly prompts: Prompts;
    readonly agent: RunLimits & {
      readonly model: string;
      readonly models: readonly string[];
      readonly reasoningEffort: string;
    };
  };

/** Time an agent that was told to stop has: it is killed well within it, unless the engine is silent. */
const END_MS = 10_000;
/** Words that come in while the agent works are its next turn; after so many turns they are left to the next run. */
const TURNS_MAX = 20;

/**
 * Lets the agent work: one turn for what was asked, and one more each time something was said meanwhile. Gives the last
 * turn's result with the commands of all.
 * @throws AppError as the ports.
 */
export async function agentTurns(
  deps: AgentTurnsDeps,
  held: HeldRun,
  at: { room: Room; duty: Duty },
): Promise<AgentResult> {
  const deadline = Date.parse(held.now()) + deps.agent.timeoutMs;
  const commands: AgentResult['commands'][number][] = [];
  let turn = await firstTurn(deps, held, at.duty);
  for (let turns = 1; ; turns += 1) {
    const timeoutMs = deadline - Date.parse(held.now());
    const result = await oneTurn(deps, held, { ...at, ...turn, timeoutMs });
    commands.push(...result.commands);
    const whole = { ...result, commands };
    // What people say meanwhile is not said to a reviewer.
    if (at.duty.kind === 'review') return whole;
    const canGoOn = result.outcome === 'succeeded' && result.session !== null && held.stopReason === undefined;
    if (!canGoOn || result.session === null || turns >= TURNS_MAX || Date.parse(held.now()) >= deadline) return whole;
    await takeBackDeleted(deps, held.request);
    const messages = await deps.store.conversations.take(held.claim);
    if (messages.length === 0) return whole;
    const { threadId } = result.session;
    turn = await nextTurn(deps, held, { before: turn, planning: at.duty.kind === 'plan', messages, threadId });
  }
}

interface Turn {
  readonly assignment: Assignment;
  /** What the agent goes on with; `record` is null when the workspace has it already. */
  readonly resume: { readonly threadId: string; readonly record: Uint8Array | null } | null;
  readonly images: AgentTask['images'];
  /** Comments that the agent knows after this turn. */
  readonly told: readonly ThreadComment[];
}

async function firstTurn(deps: AgentTurnsDeps, held: HeldRun, duty: Duty): Promise<Turn> {
  const { request, run } = held;
  const { conversations, runs } = deps.store;
  const own = (await runs.readResult(run.id))?.session ?? null;
  const kept = run.task.resumes === null ? null : ((await runs.readResult(run.task.resumes))?.session ?? null);
  const resume = duty.kind === 'carry-out' ? own : kept;
  const messages = await conversations.messagesOf(run.id);
  const { thread, images } = await surroundingsOf(deps, held, messages);
  // It was told what had been said when the run began that it remembers; a little too much does no harm.
  const former = run.task.resumes === null ? undefined : (await runs.readRun(run.task.resumes))?.run;
  const news = former === undefined ? [] : newsOf(thread, { since: former.createdAt, messages });
  const told = thread?.comments ?? [];
  return { assignment: { request, duty, messages, resumed: resume !== null, thread, news }, resume, images, told };
}

/** Words that came in while the agent worked, with what else was said since and the pictures in them. */
async function nextTurn(
  deps: AgentTurnsDeps,
  held: HeldRun,
  at: { before: Turn; planning: boolean; messages: readonly Message[]; threadId: string },
): Promise<Turn> {
  const { messages, before } = at;
  for (const { text } of messages) held.note({ type: 'user_message', message: text });
  const asked = await dutyFor(deps, held, messages);
  const { thread, images } = await surroundingsOf(deps, held, messages);
  // A host that was silent once has told nothing, and what an agent was not told then it is told now.
  const news = newsOf(thread, { told: before.told, messages });
  const duty = at.planning ? planOf(asked) : asked;
  return {
    assignment: { request: held.request, duty, messages, resumed: true, thread, news },
    resume: { threadId: at.threadId, record: null },
    images,
    told: thread?.comments ?? before.told,
  };
}

async function oneTurn(
  deps: AgentTurnsDeps,
  held: HeldRun,
  { room, assignment: said, resume, images, timeoutMs }: Omit<Turn, 'told'> & { room: Room; timeoutMs: number },
): Promise<AgentResult> {
  const { workspace, doors, refusals, config } = room;
  const incident = await incidentAccount(deps, held);
  const assignment = { ...said, proof: config.proof, ...(incident === undefined ? {} : { incident }) };
  const { agent, executor } = deps;
  const { model } = agent;
  const how = resume === null ? 'Starting' : 'Going on with';
  await held.step(
    { run: { status: 'running' } },
    { type: 'status', stage: 'codex', message: `${how} ${executor.name} with ${model}` },
  );
  const spending = () => spentTogether(held.run, { usage: doors.usage(), costUsd: doors.costUsd() });
  const work = executor.execute(workspace, {
    prompt: deps.prompts.render(assignment),
    resume: resume && { ...resume, promptAnew: deps.prompts.render({ ...assignment, resumed: false }) },
    images,
    ...(assignment.duty.kind === 'review' ? { outputSchema: REVIEW_ANSWER_SCHEMA } : {}),
    model: { name: model, reasoningEffort: held.run.task.options.reasoningEffort ?? agent.reasoningEffort },
    timeoutMs,
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
