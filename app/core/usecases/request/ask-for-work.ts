import type { Command } from '../../domain/command/command.ts';
import { traitsOf } from '../../domain/host/host-traits.ts';
import type { RunTask } from '../../domain/run/run-task.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Outbox, Runs } from '../../ports/store.ts';
import type { BaseReader } from '../../ports/host/vcs.ts';
import { keyOf } from '../command/cancel-thread.ts';
import type { Commander, Obeyed } from '../command/commander.ts';
import { overQuota, overQuotaReply, type QuotaDeps } from './over-quota.ts';
import { submitRequest } from './submit-request.ts';

/** What asking for work needs. */
export interface AskForWorkDeps extends QuotaDeps {
  readonly store: { runs: Runs; conversations: Conversations; outbox: Outbox };
  readonly host: BaseReader;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
}

type Work = Extract<Command, { verb: 'run' | 'plan' | 'fix' | 'review' }>;

/** What an agent is told that is to mend a pull request and was given no words. */
const FIX = 'Address the open review comments and the failing checks of this change.';
/** The words of a request for a review. */
export const REVIEW = 'Review this change.';

/**
 * Begins a request, or adds words to the one that is open in the thread: `run`, `plan` and `review` always begin one, a bare
 * mention and `fix` only where none is open.
 */
export async function askForWork(deps: AskForWorkDeps, by: Commander, command: Work): Promise<Obeyed> {
  const thread = keyOf(by.repo, by.thread);
  const over = await overQuota(deps, thread, by);
  if (over !== undefined) return overQuotaReply(over, by);
  if (command.verb === 'fix' || (command.verb === 'run' && !command.explicit)) {
    const open = await deps.store.conversations.find(thread, 'open');
    if (open !== undefined) return goOn(deps, by, { requestId: open.request.id, command });
  }
  if (command.verb === 'review' && by.thread.kind !== 'pull')
    return {
      outcome: 'refused: not a pull request',
      text: `I review ${traitsOf(by.repo.provider).changeWord}s; this is an issue.`,
    };
  return begin(deps, by, command);
}

async function goOn(
  deps: AskForWorkDeps,
  by: Commander,
  { requestId, command }: { requestId: string; command: Extract<Work, { verb: 'run' | 'fix' }> },
): Promise<Obeyed> {
  const { runtime } = deps;
  const { actor, trigger } = by;
  const { kind, number } = by.thread;
  const text = wordsOf(command);
  const message = {
    id: runtime.id(),
    requestId,
    actor,
    thread: { kind, number },
    trigger,
    text,
    fix: command.verb === 'fix',
    createdAt: runtime.now(),
  };
  const said = await deps.store.conversations.say(by.deliveryId, message, [
    { name: 'continue-request', payload: { requestId } },
    { name: 'report-progress', payload: { requestId } },
  ]);
  return { outcome: `message ${said}` };
}

async function begin(deps: AskForWorkDeps, by: Commander, command: Work): Promise<Obeyed> {
  const base = await baseFor(deps, by, command);
  if ('text' in base) return base;
  const task: RunTask = {
    kind: command.verb === 'fix' || command.verb === 'review' ? command.verb : 'change',
    approval: command.verb === 'plan' ? 'plan' : 'none',
    options: command.options,
    base: null,
    resumes: null,
  };
  const prompt = wordsOf(command);
  const outcome = await submitRequest(deps, by, { deliveryId: by.deliveryId, prompt, base, task });
  return { outcome: `request ${outcome}` };
}

function wordsOf(command: Work): string {
  if (command.verb === 'review') return REVIEW;
  if (command.verb !== 'fix') return command.prompt;
  return command.prompt === '' ? FIX : `fix ${command.prompt}`;
}

async function baseFor(
  deps: AskForWorkDeps,
  by: Commander,
  command: Work,
): Promise<{ ref: string; sha: string } | (Obeyed & { text: string })> {
  const { base: ref } = command.options;
  if (ref !== undefined && command.verb !== 'review') {
    const sha = await deps.host.branchHead(by.repo, ref);
    if (sha !== undefined) return { ref, sha };
    return { outcome: 'refused: no such branch', text: `There is no branch \`${ref.replaceAll('`', "'")}\` here.` };
  }
  const base = await deps.host.baseOf(by.repo, by.thread);
  if (!base.fork || command.verb === 'review') return { ref: base.ref, sha: base.sha };
  return {
    outcome: 'refused: fork',
    text: `This ${traitsOf(by.repo.provider).changeWord} comes from a fork, where I cannot push. Ask me on an issue or on a branch of this repository.`,
  };
}
