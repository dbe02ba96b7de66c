import type { IssueRecord, NoteableRecord, ProjectRecord, UserRecord } from './records.ts';
import { namespaceName, projectUrls } from './render-project.ts';
import { avatarOf, isoTime, nameOf } from './render-user.ts';
import type { World } from './world.ts';

const SECOND_CHARS = 19;

/** Milliseconds since the epoch as most hooks write a time, `2015-05-17 18:08:09 UTC`. */
export function hookTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, SECOND_CHARS).replace('T', ' ')} UTC`;
}

/** Like {@link hookTime}; null for what has not happened. */
export function hookTimeOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : hookTime(atMs);
}

/** A user as hooks carry it: without a public address, so `[REDACTED]`. */
export function hookUser(user: UserRecord) {
  return { ...hookPerson(user), email: '[REDACTED]' };
}

/** An assignee or reviewer as hooks carry it. */
export function hookPerson(user: UserRecord) {
  return { id: user.id, name: nameOf(user), username: user.login, avatar_url: avatarOf(user) };
}

/** A project as every hook carries it. */
export function hookProject(world: World, project: ProjectRecord) {
  const { web, http, ssh } = projectUrls(world, project);
  return {
    id: project.id,
    name: project.name,
    description: null,
    web_url: web,
    avatar_url: null,
    git_ssh_url: ssh,
    git_http_url: http,
    namespace: namespaceName(project.namespace),
    visibility_level: project.private ? 0 : 20,
    path_with_namespace: project.fullName,
    default_branch: project.defaultBranch,
    ci_config_path: null,
    homepage: web,
    url: ssh,
    ssh_url: ssh,
    http_url: http,
  };
}

/** The deprecated `repository` of most hooks. */
export function hookRepository(world: World, project: ProjectRecord) {
  const { web, ssh } = projectUrls(world, project);
  return { name: project.name, url: ssh, description: null, homepage: web };
}

/** A label as hooks carry it. Its number is made of its title: the stand-in keeps labels by title only. */
export function hookLabel(project: ProjectRecord, title: string) {
  const at = isoTime(project.createdAt);
  return {
    id: 1 + [...title].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7),
    title,
    color: '#428bca',
    project_id: project.id,
    created_at: at,
    updated_at: at,
    template: false,
    description: null,
    type: 'ProjectLabel',
    group_id: null,
  };
}

/** Where a person reads an issue or merge request. */
export function webUrlOf(world: World, project: ProjectRecord, noteable: NoteableRecord): string {
  const place = noteable.kind === 'issue' ? 'issues' : 'merge_requests';
  return `${world.webUrl}/${project.fullName}/-/${place}/${noteable.number}`;
}

/** An issue as hooks carry it. */
export function hookIssue(world: World, project: ProjectRecord, issue: IssueRecord) {
  return {
    ...hookNoteable(issue),
    project_id: project.id,
    closed_at: hookTimeOrNull(issue.closedAt),
    confidential: false,
    discussion_locked: null,
    due_date: null,
    moved_to_id: null,
    duplicated_to_id: null,
    relative_position: null,
    state_id: issue.state === 'opened' ? 1 : 2,
    weight: null,
    health_status: null,
    url: webUrlOf(world, project, issue),
    labels: issue.labels.map((title) => hookLabel(project, title)),
    state: issue.state,
    severity: 'unknown',
    type: 'Issue',
  };
}

/** What issues and merge requests have in common in hooks. */
export function hookNoteable(noteable: NoteableRecord) {
  return {
    id: noteable.id,
    iid: noteable.number,
    title: noteable.title,
    description: noteable.body,
    author_id: noteable.author.id,
    assignee_ids: noteable.assignees.map((one) => one.id),
    assignee_id: noteable.assignees[0]?.id ?? null,
    created_at: hookTime(noteable.createdAt),
    updated_at: hookTime(noteable.updatedAt),
    updated_by_id: null,
    last_edited_at: null,
    last_edited_by_id: null,
    milestone_id: null,
    time_estimate: 0,
    total_time_spent: 0,
    time_change: 0,
    human_total_time_spent: null,
    human_time_change: null,
    human_time_estimate: null,
  };
}
