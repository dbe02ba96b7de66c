import type { Message } from '../../domain/request/message.ts';
import type { Conversations } from '../../ports/conversations.ts';
import type { Duty } from '../../ports/prompts.ts';
import type { ContextReader } from '../../ports/host/vcs.ts';
import type { HeldRun } from '../run/hold-run.ts';
import { unlessSilent, type UnlessSilentDeps } from '../command/unless-silent.ts';

/** What choosing needs. */
export type ChooseDutyDeps = UnlessSilentDeps & {
  readonly host: Pick<ContextReader, 'failedJobs'>;
  readonly store: { readonly conversations: Pick<Conversations, 'messagesOf'> };
};

/** Of each job's log the end, where what broke is told. */
const LOG_BYTES_MAX = 20_000;

/**
 * What a run that changes code is to do: mend what reviewers and CI found, where that is asked for by its request or by a
 * message to it, else what was said. A host that does not tell what failed costs a line in the run's log.
 * @throws AppError as the store; `conflict` when the run had to stop.
 */
export async function chooseDuty(deps: ChooseDutyDeps, held: HeldRun): Promise<Duty> {
  const messages = await deps.store.conversations.messagesOf(held.run.id);
  return held.run.task.kind === 'fix' ? mend(deps, held) : dutyFor(deps, held, messages);
}

/** What these messages ask for, as {@link chooseDuty} does of all. */
export async function dutyFor(
  deps: Omit<ChooseDutyDeps, 'store'>,
  held: HeldRun,
  messages: readonly Message[],
): Promise<Extract<Duty, { kind: 'change' | 'fix' }>> {
  return messages.some(({ fix }) => fix) ? mend(deps, held) : { kind: 'change' };
}

async function mend(
  { host, ...deps }: Omit<ChooseDutyDeps, 'store'>,
  held: HeldRun,
): Promise<Extract<Duty, { kind: 'fix' }>> {
  const { failedJobs } = host;
  if (failedJobs === undefined) return { kind: 'fix', failedJobs: [] };
  const ask = () => failedJobs(held.request.repo, held.base.sha, LOG_BYTES_MAX);
  return { kind: 'fix', failedJobs: (await unlessSilent(deps, held, { what: 'What CI says', ask })) ?? [] };
}

/** The same before anything is changed: a plan of it. */
export function planOf(duty: Duty): Extract<Duty, { kind: 'plan' }> {
  return { kind: 'plan', ...(duty.kind === 'fix' ? { mends: duty.failedJobs } : {}) };
}
