import { changeName, traitsOf } from '../../domain/host/host-traits.ts';
import { titleOf } from '../../domain/run/proposal.ts';
import { revertPrompt } from '../../domain/run/revert-text.ts';
import { PLAIN_TASK, type Reverted, type RunTask } from '../../domain/run/run-task.ts';
import { isSettled } from '../../domain/run/run.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Conversations, Proposed } from '../../ports/conversations.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Runs } from '../../ports/store.ts';
import type { ChangeHistory, Merged } from '../../ports/host/change-history.ts';
import type { BaseReader } from '../../ports/host/vcs.ts';
import { keyOf } from '../command/cancel-thread.ts';
import type { Commander, Obeyed } from '../command/commander.ts';
import { uuidOf } from '../intake/derive-id.ts';
import { overQuota, overQuotaReply, type QuotaDeps } from './over-quota.ts';
import { submitRequest } from './submit-request.ts';

/** What asking for a revert needs. */
export interface AskForRevertDeps extends QuotaDeps {
  readonly store: { runs: Runs; conversations: Conversations };
  readonly host: BaseReader & Pick<ChangeHistory, 'mergedAs'>;
  readonly runtime: Runtime;
  readonly redactor: Redactor;
}

/**
 * Begins a request that takes back the merged change of a thread: of a pull request of ours that very one, of an issue the
 * newest that was merged for it. Once for each commit, until what was proposed for it was closed or has failed.
 * @throws AppError as the ports.
 */
export async function askForRevert(deps: AskForRevertDeps, by: Commander): Promise<Obeyed> {
  const { conversations } = deps.store;
  const thread = keyOf(by.repo, by.thread);
  const over = await overQuota(deps, thread, by);
  if (over !== undefined) return overQuotaReply(over, by);
  const proposed = await conversations.proposed(thread);
  const [newest] = proposed;
  if (newest === undefined) return { outcome: 'refused: not ours', text: notOurs(by) };
  const found = await firstMerged(deps, by, proposed);
  if (found === undefined) return { outcome: 'refused: not merged', text: notMerged(by, newest) };
  const { merged, reverts } = found;
  const place = await placeFor(deps, by, reverts);
  // Said since another handler of this very delivery was faster.
  if ('standing' in place && (await conversations.seen(by.deliveryId))) return { outcome: 'request repeated' };
  if ('standing' in place) return { outcome: 'taken back already', text: place.standing };
  const sha = await deps.host.branchHead(by.repo, merged.base);
  if (sha === undefined) {
    const text = `The branch \`${merged.base.replaceAll('`', "'")}\` that it was merged into is gone.`;
    return { outcome: 'refused: no such branch', text };
  }
  const task: RunTask = { ...PLAIN_TASK, kind: 'revert', reverts };
  const prompt = revertPrompt({ reverts, provider: by.repo.provider, base: merged.base });
  const base = { ref: merged.base, sha };
  const outcome = await submitRequest(deps, by, { id: place.id, deliveryId: by.deliveryId, prompt, base, task });
  return { outcome: `revert ${outcome}` };
}

function notOurs({ repo, thread }: Commander): string {
  const { changeWord } = traitsOf(repo.provider);
  if (thread.kind === 'issue') return `I have proposed no ${changeWord} for this issue that I could take back.`;
  return `I take back only what I have proposed, and this ${changeWord} is not mine. Say with \`run\` what is to be undone.`;
}

function notMerged({ repo }: Commander, { change }: Proposed): string {
  return `Nothing was merged that I could take back: ${changeName(repo.provider, change.number)} is not. Close it to drop it.`;
}

/** Asked live: the news of a merge may not have come yet. */
async function firstMerged(
  { host, redactor }: AskForRevertDeps,
  { repo }: Commander,
  proposed: readonly Proposed[],
): Promise<{ merged: Merged; reverts: Reverted } | undefined> {
  for (const { request, change } of proposed) {
    const merged = await host.mergedAs(repo, change.number);
    if (merged === undefined) continue;
    const title = titleOf(redactor.redact(request.prompt));
    const { sha, at } = merged;
    return { merged, reverts: { requestId: request.id, title, number: change.number, sha, at } };
  }
  return undefined;
}

/**
 * The id of the next try to take a commit back, which is the same for all who ask at once; or how the last one stands, in
 * words to show, where another would be a second one.
 */
async function placeFor(
  { store, runtime }: AskForRevertDeps,
  { repo }: Commander,
  { number, sha }: Reverted,
): Promise<{ readonly id: string } | { readonly standing: string }> {
  for (let tries = 1; ; tries += 1) {
    const id = uuidOf(runtime, `revert/${repo.provider}/${repo.id}/${number}/${sha}/${tries}`);
    const read = await store.runs.readRequest(id);
    if (read === undefined) return { id };
    const { ended } = read.request;
    if (ended === 'closed' || ended === 'branch-deleted') continue;
    const change = await store.conversations.changeOf(id);
    const name = changeName(repo.provider, number);
    if (change !== undefined) {
      const how = ended === 'merged' ? 'That was taken back already' : `I have proposed already to take ${name} back`;
      return { standing: `${how}: ${change.url}` };
    }
    if (!isSettled(read.run.status)) return { standing: `I am taking ${name} back already.` };
  }
}
