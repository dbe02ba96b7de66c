import { git } from '../git-host/git.ts';
import { readCommit, readPaths, type CommitFacts } from '../git-host/git-questions.ts';
import { ZERO_SHA, type MovedRef } from '../git-host/moved-refs.ts';
import { hookProject, hookRepository } from './hook-attributes.ts';
import type { ProjectRecord, UserRecord } from './records.ts';
import { avatarOf, nameOf } from './render-user.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

// The newest commits of a push that its hook lists, says the page of webhook events.
const COMMITS_MAX = 20;

/** Delivers a Push Hook; `head` is undefined when the branch was deleted. */
export async function announcePush(
  world: World,
  project: ProjectRecord,
  { moved, head, by }: { readonly moved: MovedRef; readonly head: CommitFacts | undefined; readonly by: UserRecord },
): Promise<Delivery> {
  const ids = head === undefined ? [] : await newCommits(project, moved);
  const newest = ids.slice(0, COMMITS_MAX).toReversed();
  const commits = await Promise.all(newest.map((sha) => pushedCommit(world, project, sha)));
  return world.hooks.send(project, 'push', {
    object_kind: 'push',
    event_name: 'push',
    before: moved.before,
    after: moved.after,
    ref: moved.ref,
    ref_protected: moved.ref === `refs/heads/${project.defaultBranch}`,
    checkout_sha: head?.sha ?? null,
    message: null,
    user_id: by.id,
    user_name: nameOf(by),
    user_username: by.login,
    user_email: null,
    user_avatar: avatarOf(by),
    project_id: project.id,
    project: hookProject(world, project),
    commits,
    total_commits_count: ids.length,
    push_options: {},
    repository: {
      ...hookRepository(world, project),
      git_http_url: hookProject(world, project).git_http_url,
      git_ssh_url: hookProject(world, project).git_ssh_url,
      visibility_level: hookProject(world, project).visibility_level,
    },
  });
}

async function newCommits({ directory, defaultBranch }: ProjectRecord, { before, after }: MovedRef): Promise<string[]> {
  const known = before === ZERO_SHA ? `refs/heads/${defaultBranch}` : before;
  return (await git(directory, ['rev-list', after, `^${known}`])).split('\n').filter(Boolean);
}

async function pushedCommit(world: World, project: ProjectRecord, sha: string) {
  const [commit, paths] = await Promise.all([readCommit(project.directory, sha), readPaths(project.directory, sha)]);
  return { ...hookCommit(world, project, commit), ...paths };
}

/** A commit as hooks carry it. */
export function hookCommit(world: World, project: ProjectRecord, commit: CommitFacts) {
  return {
    id: commit.sha,
    message: commit.message,
    title: commit.message.split('\n')[0] ?? '',
    timestamp: commit.committer.date,
    url: `${world.webUrl}/${project.fullName}/-/commit/${commit.sha}`,
    author: { name: commit.author.name, email: '[REDACTED]' },
  };
}
