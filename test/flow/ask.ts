import type { CheckRunRecord, CommentRecord } from '../fakes/github/records.ts';
import type { PullIssue } from '../fakes/github/render-pull.ts';
import { until, type World } from './world.ts';

/** What everybody can see of one request. */
export interface Outcome {
  readonly issue: number;
  readonly requestId: string;
  readonly check: CheckRunRecord;
  /** Our own comments on the thread, oldest first. */
  readonly comments: readonly CommentRecord[];
  /** Pull requests we opened, oldest first. */
  readonly pulls: readonly PullIssue[];
}

/** `ada` opens an issue and asks on it. Resolves when the webhook was answered. */
export async function ask(
  world: World,
  words: string,
  by = 'ada',
): Promise<{ issue: number; commentId: number; guid: string }> {
  const at = { repository: world.repository, by };
  const { issue } = await world.github.openIssue({ ...at, title: 'A duration of 59.6 seconds is written as 60s' });
  const { comment, delivery } = await world.github.comment({ ...at, number: issue.number, body: words });
  if (delivery.status !== 202) throw new Error(`the webhook was answered ${delivery.status}: ${delivery.response}`);
  return { issue: issue.number, commentId: comment.id, guid: delivery.guid };
}

/** What can be seen on that issue now. */
export function seen(world: Pick<World, 'github' | 'repository'>, issue: number, check: CheckRunRecord): Outcome {
  return {
    issue,
    requestId: check.externalId,
    check,
    comments: world.github.comments(world.repository, issue).filter((comment) => comment.viaApp),
    pulls: world.github.pulls(world.repository).filter((pull) => pull.viaApp),
  };
}

/** The check run of the request that was made on an issue, once there is one. */
export function checkOf(world: World, issue: number, deadlineMs = 30_000): Promise<CheckRunRecord> {
  return until(
    `a check run for issue ${issue}`,
    () => {
      const comment = world.github.comments(world.repository, issue).find((one) => one.viaApp);
      const id = /astraforge:comment:([0-9a-f-]+)/.exec(comment?.body ?? '')?.[1];
      return world.github.checkRuns(world.repository).find((one) => one.externalId === id);
    },
    deadlineMs,
  );
}

/** Waits until the request made on an issue is over and its comment says so. */
export async function settled(world: World, issue: number, deadlineMs = 60_000): Promise<Outcome> {
  const check = await checkOf(world, issue, deadlineMs);
  await until(`the end of the run for issue ${issue}`, () => check.status === 'completed', deadlineMs);
  await until(
    'the progress comment to say so',
    () => seen(world, issue, check).comments.some((comment) => !comment.body.includes('to cancel')),
    deadlineMs,
  );
  return seen(world, issue, check);
}
