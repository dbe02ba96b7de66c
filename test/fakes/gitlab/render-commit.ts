import type { CommitFacts } from '../git-host/git-questions.ts';
import { effectiveMembership } from './membership.ts';
import type { ProjectRecord, UserRecord } from './records.ts';
import { isoTime } from './render-user.ts';
import type { World } from './world.ts';

const SHORT_ID_CHARS = 8;

/** GitLab's commit. */
export function renderCommit(world: World, project: ProjectRecord, commit: CommitFacts) {
  const { sha, message, author, committer } = commit;
  return {
    id: sha,
    short_id: sha.slice(0, SHORT_ID_CHARS),
    title: message.split('\n')[0] ?? '',
    message,
    author_name: author.name,
    author_email: author.email,
    authored_date: isoTime(Date.parse(author.date)),
    committer_name: committer.name,
    committer_email: committer.email,
    committed_date: isoTime(Date.parse(committer.date)),
    created_at: isoTime(Date.parse(committer.date)),
    parent_ids: commit.parents,
    trailers: {},
    extended_trailers: {},
    web_url: `${world.webUrl}/${project.fullName}/-/commit/${sha}`,
  };
}

/** GitLab's branch, as `viewer` may use it. Only the default branch is protected. */
export function renderBranch(
  world: World,
  project: ProjectRecord,
  { name, commit, viewer }: { readonly name: string; readonly commit: CommitFacts; readonly viewer: UserRecord },
) {
  const isDefault = name === project.defaultBranch;
  const level = effectiveMembership(project, viewer, world.now())?.level ?? 0;
  return {
    name,
    commit: renderCommit(world, project, commit),
    merged: false,
    protected: isDefault,
    developers_can_push: false,
    developers_can_merge: false,
    can_push: level >= (isDefault ? 40 : 30),
    default: isDefault,
    web_url: `${world.webUrl}/${project.fullName}/-/tree/${name}`,
  };
}
