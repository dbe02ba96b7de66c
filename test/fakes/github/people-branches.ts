import { parties, type Act } from './acts.ts';
import { git } from '../git-host/git.ts';
import { branchHead } from '../git-host/git-questions.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import { announceDelete } from './webhook-life.ts';
import { announcePush } from './webhook-push.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

const ZERO_SHA = '0'.repeat(40);

/** What people do to branches on the web site; for commits see `Repositories.commit`. */
export interface BranchActs {
  /** Delivers `push` and `delete`; resolves with the latter. Throws when there is no such branch. */
  deleteBranch(act: Act & { branch: string }): Promise<{ delivery: Delivery }>;
}

/** Binds the acts to one world. */
export function createBranchActs(world: World): BranchActs {
  return {
    deleteBranch: async (act) => {
      const { repository, user } = parties(world, act);
      const ref = `refs/heads/${act.branch}`;
      await inPushQueue(repository, async () => {
        const before = await branchHead(repository.directory, act.branch);
        if (before === undefined) throw new Error(`${repository.fullName} has no branch ${act.branch}`);
        await git(repository.directory, ['update-ref', '-d', ref, before]);
        world.hooks.background(announcePush(world, repository, { ref, before, after: ZERO_SHA, by: user }));
      });
      return { delivery: await announceDelete(world, repository, { ref, by: user }) };
    },
  };
}
