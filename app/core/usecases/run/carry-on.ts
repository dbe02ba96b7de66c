import { versionWords } from '../../domain/rules/config-text.ts';
import { changeName } from '../../domain/host/host-traits.ts';
import type { ApprovalSubject } from '../../domain/run/run-task.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Runs } from '../../ports/store.ts';
import { awaitApproval, isApproved } from './await-approval.ts';
import { chooseDuty, planOf, type ChooseDutyDeps } from '../request/choose-duty.ts';
import { cancellation, delivered, failed, proposed, unchanged, type Ending } from './end-run.ts';
import { filesTaken, type FilesTakenDeps } from '../alert/files-taken.ts';
import { fetchBundle } from './fetch-bundle.ts';
import type { HeldRun } from './hold-run.ts';
import { proposeChange, type ProposeChangeDeps } from '../publish/propose-change.ts';
import { proveChange, type ProveChangeDeps } from './prove-change.ts';
import { readTerms, type ReadTermsDeps, type RunTerms } from '../config/read-terms.ts';
import { revertChange } from '../publish/revert-change.ts';
import { reviewChange, type ReviewChangeDeps } from '../publish/review-change.ts';
import { runAgent, type RunAgentDeps } from './run-agent.ts';
import { saveWork } from './save-work.ts';
import { unlessStopped } from './unless-stopped.ts';

/** What carrying a run on needs. */
export type CarryOnDeps = RunAgentDeps &
  ProposeChangeDeps &
  ReviewChangeDeps &
  ReadTermsDeps &
  ChooseDutyDeps &
  FilesTakenDeps &
  ProveChangeDeps & { readonly store: { runs: Runs }; readonly runtime: Runtime };

/**
 * Does the next thing a claimed run needs, from what is on record: plan, work, publish. `parked` when it waits for approval
 * now and is held by nobody.
 * @throws AppError as the ports; `conflict` when the run had to stop.
 */
export async function carryOn(given: CarryOnDeps, held: HeldRun): Promise<Ending | 'parked'> {
  const { run } = held;
  const terms = await unlessStopped(held, given, readTerms(given, held));
  if (terms.kind === 'refused') return failed(terms.failure);
  const deps = under(given, terms);
  if (held.run.task.kind === 'review') return reviewChange(deps, held, terms);
  const onRecord = (await deps.store.runs.readResult(run.id))?.patch ?? null;
  if (onRecord !== null) {
    if (onRecord.byteLength === 0) return unchanged();
    await using _mirror = await fetchBundle(deps, held);
    return publish(deps, held, { patch: onRecord, terms });
  }
  if (run.task.kind === 'revert') {
    const made = await revertChange(deps, held);
    return 'patch' in made ? publish(deps, held, { patch: made.patch, terms }) : made;
  }
  if (terms.approval !== 'plan') return workOn(deps, held, { terms, duty: await chooseDuty(deps, held) });
  if (run.plan === null) return planFirst(deps, held, terms);
  const subject = planSubject(deps, run.plan, terms);
  if (await isApproved(deps, held, { subject, terms }))
    return workOn(deps, held, { terms, duty: { kind: 'carry-out', plan: run.plan } });
  await awaitApproval(held, subject);
  return 'parked';
}

/** The same, bound by the terms of this run. */
function under(deps: CarryOnDeps, { limits, change, model, models, config }: RunTerms): CarryOnDeps {
  return { ...deps, agent: { ...deps.agent, ...limits, model, models }, limits: change, rules: config };
}

function planSubject({ runtime }: CarryOnDeps, plan: string, { policyVersion }: RunTerms): ApprovalSubject {
  return { subject: 'plan', digest: runtime.sha256(plan), policyVersion };
}

/** Where the plan is what had to be approved, what came of it needs no second approval while that one still holds. */
async function isPlanApproved(deps: CarryOnDeps, held: HeldRun, terms: RunTerms): Promise<boolean> {
  const { plan } = held.run;
  if (terms.approval !== 'plan' || plan === null) return false;
  return isApproved(deps, held, { subject: planSubject(deps, plan, terms), terms });
}

async function planFirst(deps: CarryOnDeps, held: HeldRun, terms: RunTerms): Promise<Ending | 'parked'> {
  const duty = planOf(await chooseDuty(deps, held));
  const outcome = await runAgent(deps, held, { terms, duty });
  switch (outcome.kind) {
    case 'planned':
      await awaitApproval(held, planSubject(deps, outcome.plan, terms), { plan: outcome.plan });
      return 'parked';
    case 'unfinished':
      return failed(outcome.failure, outcome.status);
    case 'changed':
    case 'unchanged':
      return unchanged();
  }
}

async function workOn(
  deps: CarryOnDeps,
  held: HeldRun,
  work: { terms: RunTerms; duty: Parameters<typeof runAgent>[2]['duty'] },
): Promise<Ending | 'parked'> {
  const outcome = await runAgent(deps, held, work);
  switch (outcome.kind) {
    case 'planned':
    case 'unchanged':
      return unchanged();
    case 'changed':
      return publishAnew(deps, held, outcome.patch);
    case 'unfinished': {
      const cancelled = outcome.status === 'cancelled';
      const failure = cancelled ? await cancellation(deps.store, held.run.id) : outcome.failure;
      await saveWork(deps, held, { patch: outcome.patch, why: failure.message });
      return failed(failure, outcome.status);
    }
  }
}

/** The agent may have worked for long, and for people who spoke up meanwhile: what holds now decides about publishing. */
async function publishAnew(deps: CarryOnDeps, held: HeldRun, patch: Uint8Array): Promise<Ending | 'parked'> {
  const terms = await unlessStopped(held, deps, readTerms(deps, held));
  return terms.kind === 'refused' ? failed(terms.failure) : publish(under(deps, terms), held, { patch, terms });
}

async function publish(
  deps: CarryOnDeps,
  held: HeldRun,
  { patch, terms }: { patch: Uint8Array; terms: RunTerms },
): Promise<Ending | 'parked'> {
  await held.step({ run: { status: 'publishing' }, request: 'PATCH_READY' });
  // What is taken back was merged as it is; that no test fails without it is no news.
  if (held.run.task.kind !== 'revert') await proveChange(deps, held, { patch, terms });
  const mayPublish = async (treeSha: string): Promise<ApprovalSubject | undefined> => {
    if (terms.approval === 'none') return undefined;
    const subject: ApprovalSubject = { subject: 'publish', digest: treeSha, policyVersion: terms.policyVersion };
    if (await isApproved(deps, held, { subject, terms })) return undefined;
    return (await isPlanApproved(deps, held, terms)) ? undefined : subject;
  };
  const objectionsTo = (paths: readonly string[]) => filesTaken(deps, held.request, paths);
  const proposal = await proposeChange(deps, held, { patch, mayPublish, objectionsTo });
  switch (proposal.kind) {
    case 'waits':
      await awaitApproval(held, proposal.subject);
      return 'parked';
    case 'refused':
      return failed({
        code: 'policy',
        message: `The change was not published, by ${versionWords(terms.policyVersion)} and the rules of this installation.\n\n${proposal.reasons.map((reason) => `- ${reason}`).join('\n')}`,
      });
    case 'pushed':
      return delivered();
    case 'opened': {
      const { change } = proposal;
      const did = held.run.task.base === null ? 'Opened' : 'Updated';
      held.note({
        type: 'status',
        stage: 'mr',
        message: `${did} ${changeName(held.request.repo.provider, change.number)}: ${change.url}`,
      });
      return proposed(change);
    }
  }
}
