import { effectiveMembership } from './membership.ts';
import type { MembershipRecord, NamespaceRecord, ProjectRecord, UserRecord } from './records.ts';
import { isoTime } from './render-user.ts';
import type { World } from './world.ts';

/** Addresses of a project, as REST answers and hooks carry them. */
export function projectUrls(world: World, { fullName }: ProjectRecord) {
  const { host, hostname } = new URL(world.webUrl);
  const web = `${world.webUrl}/${fullName}`;
  return { web, http: `${web}.git`, ssh: `ssh://git@${hostname}/${fullName}.git`, host };
}

/** A namespace's display name. */
export function namespaceName({ path }: NamespaceRecord): string {
  const last = path.split('/').at(-1) ?? path;
  return last.charAt(0).toUpperCase() + last.slice(1);
}

/** GitLab's project for one of its users. */
export function renderProject(world: World, project: ProjectRecord, viewer: UserRecord) {
  const { namespace, parent } = project;
  const urls = projectUrls(world, project);
  const at = isoTime(project.createdAt);
  return {
    ...renderSimple(world, project),
    tag_list: [],
    topics: [],
    ssh_url_to_repo: urls.ssh,
    http_url_to_repo: urls.http,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: at,
    namespace: renderNamespace(world, namespace),
    ...(parent === undefined ? {} : { forked_from_project: renderSimple(world, parent) }),
    visibility: project.private ? 'private' : 'public',
    archived: false,
    empty_repo: false,
    issues_enabled: true,
    merge_requests_enabled: true,
    jobs_enabled: true,
    merge_method: 'merge',
    remove_source_branch_after_merge: true,
    only_allow_merge_if_pipeline_succeeds: false,
    permissions: renderPermissions(world, project, viewer),
  };
}

function renderSimple(world: World, project: ProjectRecord) {
  return {
    id: project.id,
    description: null,
    name: project.name,
    name_with_namespace: `${namespaceName(project.namespace)} / ${project.name}`,
    path: project.name,
    path_with_namespace: project.fullName,
    created_at: isoTime(project.createdAt),
    default_branch: project.defaultBranch,
    web_url: projectUrls(world, project).web,
  };
}

function renderNamespace(world: World, space: NamespaceRecord) {
  return {
    id: space.id,
    name: namespaceName(space),
    path: space.path.split('/').at(-1),
    kind: space.kind,
    full_path: space.path,
    parent_id: space.parent?.id ?? null,
    avatar_url: null,
    web_url: space.kind === 'group' ? `${world.webUrl}/groups/${space.path}` : `${world.webUrl}/${space.path}`,
  };
}

function renderPermissions(world: World, project: ProjectRecord, viewer: UserRecord) {
  const direct = project.members.get(viewer.id);
  const inherited = effectiveMembership({ ...project, members: new Map() }, viewer, world.now());
  return { project_access: renderAccess(direct), group_access: renderAccess(inherited) };
}

function renderAccess(member: MembershipRecord | undefined) {
  return member === undefined ? null : { access_level: member.level, notification_level: 3 };
}
