import type { ChangeOffered } from '../../domain/host/inbound.ts';
import type { Actor } from '../../domain/host/repo.ts';
import { hasRole } from '../../domain/rules/role.ts';
import { PLAIN_TASK, type RunTask } from '../../domain/run/run-task.ts';
import { isSettled } from '../../domain/run/run.ts';
import { requestOfBranch } from '../../domain/request/work-request.ts';
import type { Standing } from '../../ports/conversations.ts';
import type { Authoriser, BaseReader, Identity } from '../../ports/host/vcs.ts';
import { REVIEW, type AskForWorkDeps } from './ask-for-work.ts';
import { keyOf } from '../command/cancel-thread.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { newRun } from './new-run.ts';
import { isProgram } from '../intake/our-accounts.ts';
import { overQuota } from './over-quota.ts';
import { readRepositoryConfig, type ReadRepositoryConfigDeps } from '../config/read-repository-config.ts';
import { noneUnlessPassing } from '../config/read-terms.ts';
import { submitRequest } from './submit-request.ts';

/** What offering a review needs. */
export type OfferReviewDeps = AskForWorkDeps &
  ReadRepositoryConfigDeps & { readonly host: Authoriser & BaseReader & Identity };

/** Why a review that has not come to its end is over. */
const SUPERSEDED = 'New commits were pushed before this review was done; they are reviewed instead.';

/**
 * Begins a review of a pull request that is there to be looked at, where the repository wants that (`review.auto`): once for
 * each head, on behalf of who offered it, or of who asked for the change when we did. That person must be one who could ask
 * for it, and quotas count. A review under way of an older head is cancelled. Doing it twice changes nothing.
 * @throws AppError as the ports.
 */
export async function offerReview(deps: OfferReviewDeps, offered: ChangeOffered, deliveryId: string): Promise<string> {
  const { repo, thread } = offered;
  if (offered.draft) return 'ignored: a draft';
  const isOurs = offered.actor.id === (await deps.host.self(repo)).id;
  if (!isOurs && (await isProgram(deps.host, repo, offered.actor))) return 'ignored: offered by a bot';
  const read = await readRepositoryConfig(deps, repo);
  if (read.kind === 'faulty') return 'ignored: the configuration is faulty';
  const { review, run_by: least } = read.config;
  if (!review.auto || (isOurs && !review.own_changes)) return 'ignored: not asked to review';
  const base = await deps.host.baseOf(repo, thread);
  if (base.sha !== offered.sha) return 'ignored: there are newer commits';
  const requester = isOurs ? await askerOf(deps, base.ref) : offered.actor;
  if (requester === undefined) return 'ignored: nobody has asked for that change';
  const role = await deps.host.roleOf(repo, requester).catch(noneUnlessPassing);
  if (!hasRole(role, least)) return `ignored: role ${role}`;
  const key = keyOf(repo, thread);
  const standing = await deps.store.conversations.find(key, 'any');
  if (standing?.run.task.kind === 'review' && headOf(standing) === base.sha) return 'ignored: reviewed already';
  if ((await overQuota(deps, key, { actor: requester })) !== undefined) return 'refused: quota';
  return begin(deps, { ...offered, actor: requester }, { deliveryId, base, standing });
}

/** Who asked for a change of ours; its request is named by its branch, and may not know its pull request yet. */
async function askerOf({ store }: OfferReviewDeps, branch: string): Promise<Actor | undefined> {
  const id = requestOfBranch(branch);
  return id === undefined ? undefined : (await store.runs.readRequest(id))?.request.requester;
}

function headOf({ request, run }: Standing): string {
  return (run.task.base ?? request.base).sha;
}

/** A further head is reviewed in the request of the one before, so that its comment is edited and no other is made. */
async function begin(
  deps: OfferReviewDeps,
  offered: ChangeOffered,
  at: { deliveryId: string; base: { ref: string; sha: string }; standing: Standing | undefined },
): Promise<string> {
  const { runtime } = deps;
  const { repo, thread, actor } = offered;
  const { deliveryId, base, standing } = at;
  const id = uuidOf(runtime, `review/${repo.provider}/${repo.id}/${thread.number}/${base.sha}`);
  const task: RunTask = { ...PLAIN_TASK, kind: 'review' };
  if (standing?.run.task.kind === 'review') {
    if (!isSettled(standing.run.status)) await supersede(deps, standing);
    else if (standing.request.ended === null && standing.request.requester.id === actor.id) {
      const run = { ...newRun(runtime, standing.request.id, { ...task, base: { ref: base.ref, sha: base.sha } }), id };
      if ((await again(deps, standing, run)) === 'begun') return 'review begun again';
    }
  }
  const asked = { repo, actor, thread, trigger: { kind: 'thread' } } as const;
  const outcome = await submitRequest(deps, asked, { id, deliveryId, prompt: REVIEW, base, task });
  return `review ${outcome}`;
}

async function supersede({ store }: OfferReviewDeps, { request }: Standing): Promise<void> {
  const ids = await store.runs.requestCancel({ requestId: request.id }, SUPERSEDED);
  await store.outbox.enqueue(ids.map((runId) => ({ name: 'execute-run', payload: { runId } })));
}

function again(
  { store }: OfferReviewDeps,
  { request, run: former }: Standing,
  run: ReturnType<typeof newRun>,
): Promise<'begun' | 'busy' | 'nothing'> {
  const about = { request_id: request.id, run_id: run.id, created_at: run.createdAt };
  return store.conversations.begin({
    run,
    takes: { runId: former.id },
    log: [{ v: 1, type: 'status', message: 'New commits', ...about }],
    jobs: [
      { name: 'execute-run', payload: { runId: run.id } },
      { name: 'report-progress', payload: { requestId: request.id } },
    ],
  });
}
