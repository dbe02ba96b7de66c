import type { InstallationRecord, RepositoryRecord, Role } from './records.ts';
import { isAtLeast, isoTime, nodeId, renderUser } from './render-user.ts';
import type { World } from './world.ts';

const LINKS: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

// What every repository of the stand-in has in common.
const UNREMARKABLE = {
  has_projects: false,
  has_downloads: false,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  has_issues: true,
  archived: false,
  disabled: false,
  allow_forking: true,
  is_template: false,
  web_commit_signoff_required: false,
  mirror_url: null,
  license: null,
  language: null,
  homepage: null,
  description: null,
  stargazers_count: 0,
  watchers_count: 0,
  watchers: 0,
  forks_count: 0,
  forks: 0,
  size: 1,
  topics: [],
} as const;

/** A repository in the width that webhooks and pull requests carry (GitHub's `repository-webhooks`). */
export function renderRepository(world: World, repository: RepositoryRecord) {
  const url = `${world.apiUrl}/repos/${repository.fullName}`;
  const htmlUrl = `${world.webUrl}/${repository.fullName}`;
  const openIssues = [...repository.issues.values()].filter((one) => one.state === 'open').length;
  const created = isoTime(repository.createdAt);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
    owner: renderUser(world, repository.owner),
    html_url: htmlUrl,
    ...UNREMARKABLE,
    fork: repository.parent !== undefined,
    url,
    ...Object.fromEntries(Object.entries(LINKS).map(([name, suffix]) => [name, `${url}${suffix}`])),
    created_at: created,
    updated_at: created,
    pushed_at: created,
    git_url: `git://${htmlUrl.replace(/^\w+:\/\//, '')}.git`,
    ssh_url: `git@github.invalid:${repository.fullName}.git`,
    clone_url: `${htmlUrl}.git`,
    svn_url: htmlUrl,
    open_issues_count: openIssues,
    open_issues: openIssues,
    ...(repository.owner.type === 'Organization' ? { custom_properties: {} } : {}),
    visibility: repository.private ? 'private' : 'public',
    default_branch: repository.defaultBranch,
  };
}

/** GitHub's `full-repository`, as `GET /repos/{owner}/{repo}` answers. */
export function renderFullRepository(world: World, repository: RepositoryRecord) {
  return { ...renderRepository(world, repository), network_count: 0, subscribers_count: 0 };
}

/** The five booleans by which GitHub spells out a role. */
export function renderPermissions(role: Role) {
  return {
    admin: isAtLeast(role, 'admin'),
    maintain: isAtLeast(role, 'maintain'),
    push: isAtLeast(role, 'write'),
    triage: isAtLeast(role, 'triage'),
    pull: isAtLeast(role, 'read'),
  };
}

/** GitHub's `installation` of our App on one account. */
export function renderInstallation(world: World, installation: InstallationRecord) {
  const url = `${world.apiUrl}/app/installations/${installation.id}`;
  const when = isoTime(world.app.createdAt);
  const { suspended } = installation;
  return {
    id: installation.id,
    client_id: world.app.clientId,
    account: renderUser(world, installation.account),
    repository_selection: installation.selection,
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.webUrl}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    app_slug: world.app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: world.app.permissions,
    events: world.app.events,
    created_at: when,
    updated_at: when,
    single_file_name: null,
    suspended_by: suspended === undefined ? null : renderUser(world, suspended.by),
    suspended_at: suspended === undefined ? null : isoTime(suspended.at),
  };
}
