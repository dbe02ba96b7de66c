import { git, gitMaybe } from '../git-host/git.ts';
import { branchHead } from '../git-host/git-questions.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import { settleRefs } from './branches.ts';
import { refused } from './failure.ts';
import { newestVersion } from './merge-requests.ts';
import type { MergeRequestRecord, ProjectRecord, UserRecord } from './records.ts';
import { ZERO_SHA } from '../git-host/moved-refs.ts';
import type { World } from './world.ts';

/** The tree of a merge; undefined when it conflicts or a branch is gone. */
export async function mergedTree(
  project: ProjectRecord,
  mergeRequest: MergeRequestRecord,
): Promise<string | undefined> {
  const target = await branchHead(project.directory, mergeRequest.targetBranch);
  if (target === undefined) return undefined;
  const { headSha } = newestVersion(mergeRequest);
  return (await gitMaybe(project.directory, ['merge-tree', '--write-tree', target, headSha]))?.split('\n')[0];
}

/** How a merge shall be made. */
export interface MergeWish {
  readonly by: UserRecord;
  readonly message?: string | undefined;
  readonly squash?: boolean | undefined;
  readonly removeSourceBranch?: boolean | undefined;
}

/**
 * Merges for real, with a merge commit, and deletes the source branch where that was asked.
 * @throws GitLabFailure 405 when it is not open, 406 when it conflicts, as GitLab's accept endpoint answers.
 */
export async function mergeMergeRequest(
  world: World,
  place: { readonly project: ProjectRecord; readonly mergeRequest: MergeRequestRecord },
  wish: MergeWish,
): Promise<void> {
  const { project, mergeRequest } = place;
  if (mergeRequest.state !== 'opened') throw refused(405, '405 Method Not Allowed');
  await inPushQueue(project, async () => {
    const tree = await mergedTree(project, mergeRequest);
    const target = await branchHead(project.directory, mergeRequest.targetBranch);
    if (tree === undefined || target === undefined) throw refused(406, 'Branch cannot be merged');
    const commit = await commitMerge(place, { tree, target, wish });
    const ref = `refs/heads/${mergeRequest.targetBranch}`;
    await git(project.directory, ['update-ref', ref, commit, target]);
    mergeRequest.state = 'merged';
    mergeRequest.mergedAt = world.now();
    mergeRequest.updatedAt = world.now();
    mergeRequest.mergedBy = wish.by;
    mergeRequest.mergeCommitSha = commit;
    await settleRefs(world, project, { moved: [{ ref, before: target, after: commit }], by: wish.by });
  });
  if (wish.removeSourceBranch ?? mergeRequest.removeSourceBranch) await dropSource(world, mergeRequest, wish.by);
}

async function commitMerge(
  { mergeRequest, project }: { readonly mergeRequest: MergeRequestRecord; readonly project: ProjectRecord },
  { tree, target, wish }: { readonly tree: string; readonly target: string; readonly wish: MergeWish },
): Promise<string> {
  const { headSha } = newestVersion(mergeRequest);
  const { sourceBranch, targetBranch } = mergeRequest;
  const parents = (wish.squash ?? mergeRequest.squash) ? [target] : [target, headSha];
  const message = wish.message ?? `Merge branch '${sourceBranch}' into '${targetBranch}'\n\n${mergeRequest.title}`;
  const person = ['-c', `user.name=${wish.by.login}`, '-c', `user.email=${wish.by.login}@noreply.example.test`];
  const flags = parents.flatMap((parent) => ['-p', parent]);
  return git(project.directory, [...person, 'commit-tree', tree, ...flags, '-m', message]);
}

async function dropSource(world: World, mergeRequest: MergeRequestRecord, by: UserRecord): Promise<void> {
  const { sourceProject, sourceBranch } = mergeRequest;
  await inPushQueue(sourceProject, async () => {
    const before = await branchHead(sourceProject.directory, sourceBranch);
    if (before === undefined || sourceBranch === sourceProject.defaultBranch) return;
    const ref = `refs/heads/${sourceBranch}`;
    await git(sourceProject.directory, ['update-ref', '-d', ref, before]);
    await settleRefs(world, sourceProject, { moved: [{ ref, before, after: ZERO_SHA }], by });
  });
}
