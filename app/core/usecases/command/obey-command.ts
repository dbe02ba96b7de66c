import type { Command, CommandWords } from '../../domain/command/command.ts';
import { helpText } from '../../domain/command/help.ts';
import { allowHost } from './allow-host.ts';
import { answer, type AnswerDeps } from './answer.ts';
import { askForRevert, type AskForRevertDeps } from '../request/ask-for-revert.ts';
import { askForWork, type AskForWorkDeps } from '../request/ask-for-work.ts';
import { cancelThread, type CancelThreadDeps } from './cancel-thread.ts';
import type { Commander, Obeyed } from './commander.ts';
import { decideApproval, type DecideApprovalDeps } from './decide-approval.ts';
import { retryRun, type RetryRunDeps } from './retry-run.ts';
import { tellState, type TellStateDeps } from './tell-state.ts';

/** What obeying needs. */
export type ObeyCommandDeps = AnswerDeps &
  AskForWorkDeps &
  AskForRevertDeps &
  CancelThreadDeps &
  DecideApprovalDeps &
  RetryRunDeps &
  TellStateDeps & { readonly words: CommandWords };

/** Does what a command says; gives what became of it, for the record of the delivery. Doing it twice changes nothing. */
export async function obeyCommand(deps: ObeyCommandDeps, by: Commander, command: Command): Promise<string> {
  if (await deps.store.conversations.seen(by.deliveryId)) return 'repeated';
  const reply = await replyTo(deps, by, command);
  if (reply.text !== undefined)
    await answer(deps, by, {
      topic: reply.topic ?? `${command.verb}:${by.deliveryId}`,
      text: reply.text,
      since: by.receivedAt,
    });
  return reply.outcome;
}

async function replyTo(deps: ObeyCommandDeps, by: Commander, command: Command): Promise<Obeyed> {
  switch (command.verb) {
    case 'run':
    case 'plan':
    case 'fix':
    case 'review':
      return askForWork(deps, by, command);
    case 'retry':
      return retryRun(deps, by, command.options);
    case 'revert':
      return askForRevert(deps, by);
    case 'cancel':
      return cancelThread(deps, by);
    case 'approve':
      return decideApproval(deps, by, { decision: 'approve', reason: '' });
    case 'reject':
      return decideApproval(deps, by, { decision: 'reject', reason: command.reason });
    case 'allow-host':
      return allowHost(deps, by, command);
    case 'status':
    case 'explain':
    case 'config':
      return tellState(deps, by, command.verb);
    case 'help':
      return { outcome: 'answered: help', text: helpText(deps.words, command.about) };
  }
}
