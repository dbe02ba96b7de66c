import { readCommit } from '../git-host/git-questions.ts';
import { followBranch } from './merge-requests.ts';
import type { ProjectRecord, UserRecord } from './records.ts';
import { ZERO_SHA, type MovedRef } from '../git-host/moved-refs.ts';
import { announcePush } from './webhook-push.ts';
import type { World } from './world.ts';

const BRANCH_PREFIX = 'refs/heads/';
// `push_event_hooks_limit`: a push of more branches calls no hook at all, says the page of webhook events.
const BRANCHES_ANNOUNCED_MAX = 3;

/** Tells hooks and merge requests that branches have moved. */
export async function settleRefs(
  world: World,
  project: ProjectRecord,
  { moved, by }: { readonly moved: readonly MovedRef[]; readonly by: UserRecord },
): Promise<void> {
  const branches = moved.filter((one) => one.ref.startsWith(BRANCH_PREFIX));
  for (const one of branches) {
    const head = one.after === ZERO_SHA ? undefined : await readCommit(project.directory, one.after);
    if (branches.length <= BRANCHES_ANNOUNCED_MAX) {
      world.hooks.background(announcePush(world, project, { moved: one, head, by }));
    }
    if (head === undefined) continue;
    await followBranch(world, project, { branch: one.ref.slice(BRANCH_PREFIX.length), by, ...one });
  }
}
