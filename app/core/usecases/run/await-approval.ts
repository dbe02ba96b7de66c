import type { RunLogEntry } from '../../contracts/run-log.ts';
import type { Actor } from '../../domain/host/repo.ts';
import { mayCommand } from '../../domain/rules/role.ts';
import { covers, type ApprovalSubject } from '../../domain/run/run-task.ts';
import type { Authoriser } from '../../ports/host/vcs.ts';
import type { HeldRun } from './hold-run.ts';
import { noneUnlessPassing, type RunTerms } from '../config/read-terms.ts';

/**
 * Whether what is about to be done has an approval that still holds: given for exactly this under exactly these rules, by
 * somebody who may approve now and whose own request it is not. Only then may a run go on.
 * @throws AppError as the host, when asking again may help.
 */
export async function isApproved(
  deps: { readonly host: Authoriser },
  held: HeldRun,
  { subject, terms }: { subject: ApprovalSubject; terms: Pick<RunTerms, 'askers' | 'config'> },
): Promise<boolean> {
  const { approved } = held.run;
  if (approved === null || !covers(approved, subject)) return false;
  if (!mayApproveOwn(approved.by, terms)) return false;
  return mayCommand(await deps.host.roleOf(held.request.repo, approved.by).catch(noneUnlessPassing), {
    verb: 'approve',
  });
}

/** Nobody approves their own request, unless the repository's configuration lets them. */
export function mayApproveOwn(by: Actor, { askers, config }: Pick<RunTerms, 'askers' | 'config'>): boolean {
  return config.approval.self || !askers.some(({ id }) => id === by.id);
}

/**
 * Parks a run until somebody has approved: it is held by nobody, keeps no worker and keeps nobody in its thread waiting.
 * @throws AppError as {@link HeldRun.step}.
 */
export async function awaitApproval(
  held: HeldRun,
  subject: ApprovalSubject,
  words: { plan?: string } = {},
): Promise<void> {
  const isPlan = subject.subject === 'plan';
  const what = isPlan ? 'the plan' : 'the change';
  const voided =
    held.run.approved === null ? '' : ' The approval given before is void: what it was given for has changed.';
  const entry: RunLogEntry = {
    type: 'status',
    stage: 'approval',
    message: `Waiting until somebody approves ${what}.${voided}`,
  };
  const { id: requestId } = held.request;
  await held.step(
    {
      run: { status: 'awaiting_approval', awaiting: subject, ...words },
      request: isPlan ? 'PLAN_READY' : 'PATCH_READY',
      jobs: [
        { name: 'report-progress', payload: { requestId } },
        { name: 'continue-request', payload: { requestId } },
      ],
    },
    entry,
  );
}
