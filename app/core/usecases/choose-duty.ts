import type { Conversations } from '../ports/conversations.ts';
import type { Duty } from '../ports/prompts.ts';
import type { ContextReader } from '../ports/vcs.ts';
import type { HeldRun } from './hold-run.ts';
import { unlessSilent, type UnlessSilentDeps } from './unless-silent.ts';

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
  const isFix = held.run.task.kind === 'fix' || messages.some(({ fix }) => fix);
  if (!isFix) return { kind: 'change' };
  const { failedJobs } = deps.host;
  if (failedJobs === undefined) return { kind: 'fix', failedJobs: [] };
  const ask = () => failedJobs(held.request.repo, held.base.sha, LOG_BYTES_MAX);
  return { kind: 'fix', failedJobs: (await unlessSilent(deps, held, { what: 'What CI says', ask })) ?? [] };
}
