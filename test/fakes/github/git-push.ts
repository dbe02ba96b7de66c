import { recordWrite } from '../git-host/answer.ts';
import { ZERO_SHA, type MovedRef } from '../git-host/moved-refs.ts';
import { followBranch } from './pull-requests.ts';
import type { RepositoryRecord, TokenRecord } from './records.ts';
import { announceDelete } from './webhook-life.ts';
import { announcePush } from './webhook-push.ts';
import type { World } from './world.ts';

const BRANCH_PREFIX = 'refs/heads/';

/** Lets the ledger, webhooks and pull requests know of a push. */
export async function settlePush(
  world: World,
  { repository, token, path }: { repository: RepositoryRecord; token: TokenRecord; path: string },
  moved: readonly MovedRef[],
): Promise<void> {
  const by = world.app.botUser;
  const resultId = moved.map((one) => one.ref).join(' ');
  recordWrite(world, { kind: 'push', method: 'POST', path, body: moved, tokenId: token.id, resultId });
  for (const one of moved) {
    world.hooks.background(announcePush(world, repository, { ...one, by }));
    if (one.after === ZERO_SHA) world.hooks.background(announceDelete(world, repository, { ref: one.ref, by }));
    if (one.after === ZERO_SHA || !one.ref.startsWith(BRANCH_PREFIX)) continue;
    await followBranch(world, repository, { ...one, branch: one.ref.slice(BRANCH_PREFIX.length), by });
  }
}
