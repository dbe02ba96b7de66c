import { AppError } from '../../domain/errors.ts';
import { traitsOf } from '../../domain/host/host-traits.ts';
import { commitMessage, projectProposal } from '../../domain/run/proposal.ts';
import { isDraftFor } from '../../domain/run/proof-text.ts';
import type { ApprovalSubject } from '../../domain/run/run-task.ts';
import type { ChangeRef, Run } from '../../domain/run/run.ts';
import { runPage } from '../../domain/run/run-page.ts';
import { branchOf, type WorkRequest } from '../../domain/request/work-request.ts';
import type { PreparedCommit } from '../../ports/host/repository.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Effects, Runs } from '../../ports/store.ts';
import type { ChangeProposer, Placed } from '../../ports/host/vcs.ts';
import { applyEffect } from '../report/apply-effect.ts';
import { fetchBundle } from '../run/fetch-bundle.ts';
import type { HeldRun } from '../run/hold-run.ts';
import { prepareChange, type PushChangeDeps } from './push-change.ts';
import { pushKeepingOthers } from './push-keeping-others.ts';
import { tellProof } from './tell-proof.ts';
import { stopIfAsked, unlessStopped } from '../run/unless-stopped.ts';

/** What publishing needs. */
export type ProposeChangeDeps = PushChangeDeps & {
  readonly store: { runs: Runs; effects: Effects };
  readonly host: ChangeProposer;
  readonly runtime: Runtime;
  /** Where people reach the dashboard, without a slash at its end. */
  readonly publicUrl: string | undefined;
};

/** How publishing ended. `pushed`: the host has nothing to propose a change in, so the branch is all. `refused` carries every reason, to be shown; `waits`: nothing was pushed before that is approved. */
export type Proposal =
  | { readonly kind: 'opened'; readonly change: ChangeRef }
  | { readonly kind: 'pushed'; readonly branch: string }
  | { readonly kind: 'waits'; readonly subject: ApprovalSubject }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** What is to be published, and who is asked before. */
interface Publication {
  readonly patch: Uint8Array;
  /** What still has to be approved of a tree; undefined: nothing. */
  readonly mayPublish: (treeSha: string) => Promise<ApprovalSubject | undefined>;
  /** What else stands against a change of these files, in sentences to show. */
  readonly objectionsTo: (paths: readonly string[]) => Promise<readonly string[]>;
}

const CHECK_WAIT_MS = 2_000;
const CHECK_POLL_MS = 100;

/**
 * Turns a recorded patch into a pushed branch and, where the host has such, an opened pull request; doing it again leads to
 * the same commit, the same branch and the same pull request. Nothing is pushed when the policy or the redactor objects, nor before `mayPublish`,
 * asked with the tree that the change makes, has no objection. What the mirror turns out to lack is fetched once more.
 * @throws AppError as the ports; `conflict` when the run had to stop.
 */
export async function proposeChange(
  deps: ProposeChangeDeps,
  held: HeldRun,
  publication: Publication,
): Promise<Proposal> {
  const bring = () => bringOut(deps, held, publication);
  const brought = await bring().catch(async (thrown: unknown) => {
    if (!(thrown instanceof AppError) || thrown.code !== 'missing') throw thrown;
    held.note({ type: 'log', stage: 'git', message: `${thrown.message}; fetching again` });
    await using _mirror = await unlessStopped(held, deps, fetchBundle(deps, held));
    return bring();
  });
  if (brought.kind !== 'brought') return brought;
  const { commit, merged: isMerged, sha } = brought;
  const branch = branchOf(held.request.id);
  const files = `${commit.paths.length} ${commit.paths.length === 1 ? 'file' : 'files'}, +${commit.additions} −${commit.deletions}`;
  const merged = isMerged ? ', merged with what others had pushed' : '';
  const message = `Pushed ${branch} (${files}${merged})`;
  await held.step({ run: { pushed: { branch, sha } } }, { type: 'status', stage: 'git', message });
  if (traitsOf(held.request.repo.provider).onlyGit) return { kind: 'pushed', branch };
  stopIfAsked(held);
  return { kind: 'opened', change: await open(deps, held) };
}

/**
 * Makes the commit and brings it to the branch. Nothing has happened on the host when this is `missing`: a mirror that was
 * evicted, or a head that went away as it was fetched; then all of it can be done again.
 */
async function bringOut(
  deps: ProposeChangeDeps,
  held: HeldRun,
  { patch, mayPublish, objectionsTo }: Publication,
): Promise<
  | { readonly kind: 'brought'; readonly commit: PreparedCommit; readonly merged: boolean; readonly sha: string }
  | Extract<Proposal, { kind: 'waits' | 'refused' }>
> {
  const { request } = held;
  const prepared = await prepareChange(deps, held, { patch, message: commitMessage(request, held.run.task.reverts) });
  if (prepared.kind === 'refused') return prepared;
  stopIfAsked(held);
  const { commit } = prepared;
  const reasons = await objectionsTo(commit.paths.map(({ path }) => path));
  if (reasons.length > 0) return { kind: 'refused', reasons };
  const subject = await mayPublish(commit.treeSha);
  if (subject !== undefined) return { kind: 'waits', subject };
  const branch = branchOf(request.id);
  const pushed = await unlessStopped(held, deps, pushKeepingOthers(deps, held, { commit, branch }));
  return pushed.kind === 'refused' ? pushed : { ...pushed, kind: 'brought', commit };
}

async function open(deps: ProposeChangeDeps, held: HeldRun): Promise<ChangeRef> {
  const { request, claim } = held;
  const branch = branchOf(request.id);
  const placed = ({ number, url }: ChangeRef): Placed => ({ externalId: String(number), url });
  const opened = await applyEffect(
    deps.store,
    { subjectId: request.id, kind: 'pull-request', claim },
    {
      find: async () => {
        const found = await deps.host.findChange(request.repo, branch);
        return found === undefined ? undefined : placed(found);
      },
      create: async () => {
        const asked = { ...request, prompt: deps.redactor.redact(request.prompt) };
        const run = await newestRun(deps, held);
        const proposal = projectProposal(asked, run, {
          runUrl: await logUrl(deps, request),
          pageUrl: runPage(deps.publicUrl, held.claim.runId),
          now: deps.runtime.now(),
        });
        const title = deps.redactor.redact(proposal.title);
        const body = deps.redactor.redact(proposal.body);
        // Of a lost run the other worker's ledger entry must stay as it is.
        if (held.stopReason !== 'lost') stopIfAsked(held);
        return placed(
          await deps.host.openChange(request.repo, {
            branch,
            base: request.base.ref,
            title,
            body,
            draft: held.run.task.options.draft === true || isDraftFor(run.proof),
          }),
        );
      },
    },
  );
  const number = Number(opened.externalId);
  await tellProof(deps, held, { run: await newestRun(deps, held), number });
  return { number, url: opened.url };
}

async function newestRun(deps: ProposeChangeDeps, held: HeldRun): Promise<Run> {
  const read = await deps.store.runs.readRun(held.claim.runId);
  if (read === undefined) throw new AppError('missing', 'The run is not on record');
  return read.run;
}

/** Where the log is, in the check run or in the progress comment, which a request of the API does not have yet: the first report makes it in parallel, so a very short run waits for it. */
async function logUrl(deps: ProposeChangeDeps, request: WorkRequest): Promise<string> {
  const { thread, repo } = request;
  const kind = thread !== null && traitsOf(repo.provider).logInComment ? 'comment' : 'check-run';
  for (let waitedMs = 0; waitedMs < CHECK_WAIT_MS; waitedMs += CHECK_POLL_MS) {
    const check = await deps.store.effects.read(request.id, kind);
    if (check?.state === 'confirmed' && check.url !== null) return check.url;
    await deps.runtime.wait(CHECK_POLL_MS);
  }
  return thread === null ? '..' : `../issues/${thread.number}`;
}
