import { AppError } from '../../domain/errors.ts';
import { mergeMessage } from '../../domain/run/proposal.ts';
import { pathList } from '../../domain/text/path-list.ts';
import type { PreparedCommit } from '../../ports/host/repository.ts';
import type { HeldRun } from '../run/hold-run.ts';
import { judge, pushCommit, withWriteAccess, type PushChangeDeps } from './push-change.ts';

/** Pushed, with or without a merge of what people had pushed meanwhile, and the commit the branch is at; or every reason why not, to be shown. */
export type Pushed =
  | { readonly kind: 'pushed'; readonly merged: boolean; readonly sha: string }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** Somebody who pushes all the time must not keep a run for ever. */
const ROUNDS_MAX = 5;

/**
 * Brings a commit to the branch of its change and keeps whatever others have put there: where the branch has moved, the two
 * are merged, never rewritten. Where they do not go together, it says which files and pushes nothing.
 * @throws AppError as Repositories.push and merge.
 */
export async function pushKeepingOthers(
  deps: PushChangeDeps,
  held: HeldRun,
  { commit, branch }: { commit: PreparedCommit; branch: string },
): Promise<Pushed> {
  let tip = commit.sha;
  let from = held.run.task.base?.ref === branch ? held.run.task.base.sha : null;
  for (let round = 1; ; round += 1) {
    const found = await pushCommit(deps, held, { sha: tip, branch, from }).then(
      () => undefined,
      (thrown: unknown) => movedTo(thrown, { isOurs: from !== null, last: round === ROUNDS_MAX }),
    );
    if (found === undefined) return { kind: 'pushed', merged: tip !== commit.sha, sha: tip };
    const merge = await mergeWith(deps, held, { head: found, commit: commit.sha, branch });
    if (merge.kind === 'refused') return merge;
    tip = merge.sha;
    from = found;
  }
}

/** The commit at which others have put the branch; only of a branch that was ours before can we go on. */
function movedTo(thrown: unknown, { isOurs, last }: { isOurs: boolean; last: boolean }): string {
  if (!(thrown instanceof AppError)) throw thrown;
  const found = thrown.context['found'];
  const isGone = thrown.code === 'missing' && thrown.context['lacks'] === undefined;
  if (isGone && isOurs)
    throw new AppError('invalid', 'The branch of the change was deleted; nothing was pushed.', { cause: thrown });
  if (thrown.code !== 'conflict' || !isOurs || last || typeof found !== 'string') throw thrown;
  return found;
}

async function mergeWith(
  deps: PushChangeDeps,
  held: HeldRun,
  input: { head: string; commit: string; branch: string },
): Promise<{ kind: 'merged'; sha: string } | Extract<Pushed, { kind: 'refused' }>> {
  const { repo } = held.request;
  const draft = {
    message: deps.redactor.redact(mergeMessage(held.request, input.branch)),
    author: await deps.author(repo),
    date: held.run.createdAt,
  };
  const outcome = await withWriteAccess(deps, repo, (access) =>
    deps.repositories.merge(repo, { ...input, draft }, access),
  );
  if (outcome.kind === 'conflict') return conflict(outcome.paths);
  const verdict = judge(deps, outcome.commit, 0);
  return verdict.kind === 'refused' ? verdict : { kind: 'merged', sha: outcome.commit.sha };
}

function conflict(paths: readonly string[]): Extract<Pushed, { kind: 'refused' }> {
  const reason = `Somebody has pushed to the branch meanwhile, and these files do not go together with the change: ${pathList(paths)}. Their commits were kept. Ask again to have the change made on top of them.`;
  return { kind: 'refused', reasons: [reason] };
}
