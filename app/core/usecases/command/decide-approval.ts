import { personName } from '../../domain/host/repo.ts';
import type { Conversations, Standing } from '../../ports/conversations.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Runs } from '../../ports/store.ts';
import { mayApproveOwn } from '../run/await-approval.ts';
import { keyOf } from './cancel-thread.ts';
import type { Commander, Obeyed } from './commander.ts';
import { readRepositoryConfig, type ReadRepositoryConfigDeps } from '../config/read-repository-config.ts';

/** What deciding needs. */
export type DecideApprovalDeps = ReadRepositoryConfigDeps & {
  readonly store: { runs: Runs; conversations: Conversations };
  readonly runtime: Runtime;
};

/** What a person decides; `reason` is shown. */
export interface Decided {
  readonly decision: 'approve' | 'reject';
  readonly reason: string;
}

/**
 * A person who may approve decides about what waits in the thread. What was decided counts for exactly the diff or plan that
 * waits and for the rules it was judged by; where either is another by now, it is looked at anew instead.
 */
export async function decideApproval(deps: DecideApprovalDeps, by: Commander, decided: Decided): Promise<Obeyed> {
  const standing = await deps.store.conversations.find(keyOf(by.repo, by.thread), 'open');
  return decideAbout(deps, by, { standing, ...decided });
}

/** As {@link decideApproval}, about a request that is known already. */
export async function decideAbout(
  deps: DecideApprovalDeps,
  by: Pick<Commander, 'repo' | 'actor' | 'deliveryId'>,
  { standing, decision, reason }: Decided & { standing: Standing | undefined },
): Promise<Obeyed> {
  const about = standing?.run.awaiting ?? null;
  if (standing === undefined || about === null || standing.run.status !== 'awaiting_approval')
    return { outcome: 'nothing to decide', text: 'Nothing of mine waits for approval here.' };
  const { request, run } = standing;
  const jobs = [
    { name: 'execute-run' as const, payload: { runId: run.id } },
    { name: 'report-progress' as const, payload: { requestId: request.id } },
  ];
  if (decision === 'approve') {
    const objection = await objectionTo(deps, by, standing);
    if (objection === 'outdated') {
      await deps.store.conversations.reopen(run.id, jobs);
      const text =
        'The configuration of this repository has changed since this was shown, so it is judged again and shown anew.';
      return { outcome: 'outdated', text };
    }
    if (objection !== undefined) return { outcome: 'refused: own request', text: objection.words };
  }
  const words = reason === '' ? '' : `: ${reason}`;
  const outcome = await deps.store.conversations.decide(
    {
      id: deps.runtime.id(),
      deliveryId: by.deliveryId,
      runId: run.id,
      decision,
      about,
      actor: by.actor,
      reason: decision === 'reject' ? `Rejected by ${personName(by.actor)}${words}` : '',
      at: deps.runtime.now(),
    },
    jobs,
  );
  if (outcome !== 'changed') return { outcome: `${decision} ${outcome}` };
  return { outcome: 'changed', text: 'What you decided about has changed meanwhile; please look again.' };
}

/** Why the person may not approve this, in words to show; `outdated` when the rules are others by now. */
async function objectionTo(
  deps: DecideApprovalDeps,
  by: Pick<Commander, 'repo' | 'actor'>,
  { request, run }: Standing,
): Promise<{ readonly words: string } | 'outdated' | undefined> {
  const read = await readRepositoryConfig(deps, by.repo);
  if (read.kind === 'faulty' || read.version !== run.awaiting?.policyVersion) return 'outdated';
  const said = await deps.store.conversations.messagesOf(run.id);
  const askers = [request.requester, ...said.map(({ actor }) => actor)];
  if (mayApproveOwn(by.actor, { askers, config: read.config })) return undefined;
  const words = `${personName(by.actor)} asked for this, and nobody approves their own request here. Somebody else with write access can.`;
  return { words };
}
