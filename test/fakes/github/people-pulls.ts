import { parties, pullParties, type Act, type ThreadAct } from './acts.ts';
import { setIssueState } from './conversations.ts';
import { git, gitMaybe } from '../git-host/git.ts';
import { branchHead } from '../git-host/git-questions.ts';
import { followBranch, openPull } from './pull-requests.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import type { RepositoryRecord, UserRecord } from './records.ts';
import type { PullIssue } from './render-pull.ts';
import { announcePull } from './webhook-events.ts';
import { announcePush } from './webhook-push.ts';
import type { Delivery } from './webhook-sender.ts';
import type { RepositoryName } from '../git-host/commits.ts';
import { repositoryNamed, type World } from './world.ts';

interface Outcome {
  readonly issue: PullIssue;
  readonly delivery: Delivery;
}

/** What people do to pull requests. */
export interface PullActs {
  /** From a branch that exists (see `commit`); `fork` names the repository that has the branch when it is another one. */
  openPullRequest(
    act: Act & { title: string; body?: string; head: string; base?: string; fork?: RepositoryName; draft?: boolean },
  ): Promise<Outcome>;
  /** By a merge commit on the base branch; throws when the two are in conflict. */
  mergePullRequest(act: ThreadAct): Promise<Outcome>;
  /** Ends that it is a draft. */
  markReady(act: ThreadAct): Promise<Outcome>;
}

/** Binds the acts to one world. */
export function createPullActs(world: World): PullActs {
  return {
    openPullRequest: (act) => openPullRequest(world, act),
    mergePullRequest: (act) => mergePullRequest(world, act),
    markReady: (act) => markReady(world, act),
  };
}

async function openPullRequest(world: World, act: Parameters<PullActs['openPullRequest']>[0]): Promise<Outcome> {
  const { repository, user, author } = parties(world, act);
  const issue = await openPull(world, repository, {
    author,
    title: act.title,
    body: act.body ?? '',
    headRepository: act.fork === undefined ? repository : repositoryNamed(world, act.fork),
    head: act.head,
    base: act.base ?? repository.defaultBranch,
    draft: act.draft ?? false,
    maintainerCanModify: act.fork !== undefined,
  });
  return { issue, delivery: await announcePull(world, { repository, issue }, { action: 'opened', sender: user }) };
}

async function mergePullRequest(world: World, act: ThreadAct): Promise<Outcome> {
  const { repository, user, issue } = pullParties(world, act);
  await inPushQueue(repository, async () => {
    if (issue.state === 'closed') throw new Error(`#${act.number} is closed already`);
    const sha = await mergeIntoBase(world, { repository, issue, by: user });
    issue.pull.merged = { at: world.now(), by: user, sha };
    setIssueState(world, issue, { state: 'closed', by: user });
  });
  return { issue, delivery: await announcePull(world, { repository, issue }, { action: 'closed', sender: user }) };
}

async function mergeIntoBase(
  world: World,
  change: { readonly repository: RepositoryRecord; readonly issue: PullIssue; readonly by: UserRecord },
): Promise<string> {
  const { repository, issue, by } = change;
  const { directory } = repository;
  const { headSha, baseBranch, headBranch } = issue.pull;
  const before = await branchHead(directory, baseBranch);
  if (before === undefined) throw new Error(`${repository.fullName} has no branch ${baseBranch}`);
  const tree = await gitMaybe(directory, ['merge-tree', '--write-tree', before, headSha]);
  if (tree === undefined) throw new Error(`#${issue.number} is in conflict with ${baseBranch}`);
  const who = ['-c', `user.name=${by.login}`, '-c', `user.email=${by.login}@users.noreply.example.test`];
  const message = `Merge pull request #${issue.number} from ${issue.pull.headRepository.owner.login}/${headBranch}`;
  const after = await git(directory, [
    ...who,
    'commit-tree',
    tree,
    ...['-p', before, '-p', headSha],
    ...['-m', message, '-m', issue.title],
  ]);
  await git(directory, ['update-ref', `refs/heads/${baseBranch}`, after, before]);
  world.hooks.background(announcePush(world, repository, { ref: `refs/heads/${baseBranch}`, before, after, by }));
  await followBranch(world, repository, { branch: baseBranch, before, after, by });
  return after;
}

async function markReady(world: World, act: ThreadAct): Promise<Outcome> {
  const { repository, user, issue } = pullParties(world, act);
  if (!issue.pull.draft) throw new Error(`#${act.number} is no draft`);
  issue.pull.draft = false;
  issue.updatedAt = world.now();
  const happening = { action: 'ready_for_review', sender: user };
  return { issue, delivery: await announcePull(world, { repository, issue }, happening) };
}
