import type { AppCredentials } from './app-credentials.ts';
import type { RepositoryRecord, Role, UserRecord } from './records.ts';
import type { World } from './world.ts';

const ROLE_ORDER: readonly Role[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

/** GitHub's `simple-user`, for bots with the URLs GitHub gives to Apps. */
export function renderUser(world: World, user: UserRecord) {
  const url = `${world.apiUrl}/users/${encodeURIComponent(user.login)}`;
  const isBot = user.type === 'Bot';
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(isBot ? 'BOT' : 'U', user.id),
    avatar_url: `${world.webUrl}/avatars/u/${user.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${world.webUrl}/${isBot ? `apps/${user.login.replace('[bot]', '')}` : user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** GitHub's `public-user`, as `GET /users/{username}` answers. */
export function renderPublicUser(world: World, user: UserRecord) {
  const when = isoTime(world.app.createdAt);
  return {
    ...renderUser(world, user),
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: when,
    updated_at: when,
  };
}

/** GitHub's `integration`: the App itself. */
export function renderApp(world: World, app: AppCredentials = world.app) {
  const when = isoTime(app.createdAt);
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId('A', app.id),
    owner: renderUser(world, { id: app.id + 1, login: `${app.slug}-owner`, type: 'User' }),
    name: app.slug,
    description: null,
    external_url: world.webUrl,
    html_url: `${world.webUrl}/apps/${app.slug}`,
    created_at: when,
    updated_at: when,
    permissions: app.permissions,
    events: app.events,
  };
}

/** What someone may do in a repository: the granted role, else admin for its owner, else read where it is public. */
export function roleOf(repository: RepositoryRecord, user: UserRecord): Role {
  const granted = repository.roles.get(user.login.toLowerCase());
  if (granted !== undefined) return granted;
  if (user.id === repository.owner.id) return 'admin';
  return repository.private ? 'none' : 'read';
}

/** Whether one role includes another. */
export function isAtLeast(role: Role, wanted: Role): boolean {
  return ROLE_ORDER.indexOf(role) >= ROLE_ORDER.indexOf(wanted);
}

/** `author_association`, computed as GitHub does without regard to who is asking. */
export function associationOf(repository: RepositoryRecord, user: UserRecord): string {
  if (user.id === repository.owner.id) return 'OWNER';
  if (user.type === 'Bot' || !repository.roles.has(user.login.toLowerCase())) return 'NONE';
  return repository.owner.type === 'Organization' ? 'MEMBER' : 'COLLABORATOR';
}

/** An opaque id in the style of GitHub's GraphQL ids. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_kw${Buffer.from(`${kind}:${id}`).toString('base64url')}`;
}

/** ISO 8601 in whole seconds, as GitHub writes times. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
