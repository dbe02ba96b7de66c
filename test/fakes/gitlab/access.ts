import { randomBytes } from 'node:crypto';
import type { HookRecord, Trigger } from './hook-records.ts';
import { TRIGGERS } from './hook-records.ts';
import type { AccessLevel, NamespaceRecord, ProjectRecord, Scope, TokenRecord, UserRecord } from './records.ts';
import type { RepositoryName } from '../git-host/commits.ts';
import { addUser, repositoryNamed, userNamed, type World } from './world.ts';

const TOKEN_BYTES = 15;
const BOT_BYTES = 16;

/** GitHub's words for roles and the level that comes closest, so that one suite can speak of both hosts. */
const ROLE_LEVELS = { none: 0, read: 10, triage: 20, write: 30, maintain: 40, admin: 50 } as const;

/** A role in GitHub's words. */
type Role = keyof typeof ROLE_LEVELS;

/** A role or level, for good or until the start of a day, `YYYY-MM-DD`. */
export type Standing = Role | AccessLevel | { readonly role: Role | AccessLevel; readonly expiresAt: string };

/** A project or group access token to issue; the bot user it acts as is made for it. */
export interface TokenRequest {
  /** A project's token; exactly one of the two. */
  readonly repository?: RepositoryName;
  /** Full path of a group. */
  readonly group?: string;
  /** Default `api`, `read_repository` and `write_repository`. */
  readonly scopes?: readonly Scope[];
  /** Default 40, maintainer. */
  readonly level?: AccessLevel;
  /** `YYYY-MM-DD`; default never, which today's GitLab no longer offers. */
  readonly expiresAt?: string;
}

/** A hook to add. */
export interface NewHook {
  /** Exactly one of the two. */
  readonly repository?: RepositoryName;
  readonly group?: string;
  readonly url: string;
  readonly token?: string;
  readonly signingSecret?: string;
  /** Default all. */
  readonly triggers?: readonly Trigger[];
}

/** Who may do what, with which credentials, and who is told. */
export interface Access {
  /** A token for a bot user of its own, `project_N_bot_…` or `group_N_bot_…`. */
  issueToken(request: TokenRequest): TokenRecord;
  /** A personal access token of a user, created on first mention. */
  issuePersonalToken(request: {
    readonly login: string;
    readonly scopes?: readonly Scope[];
    readonly expiresAt?: string;
  }): TokenRecord;
  revokeToken(token: TokenRecord): void;
  /** Direct membership; level 0 or `none` takes it away. */
  setPermission(repository: RepositoryName, login: string, role: Standing): void;
  /** Membership of a group, which its projects inherit. */
  setGroupPermission(group: string, login: string, role: Standing): void;
  createGroup(path: string): NamespaceRecord;
  addHook(hook: NewHook): HookRecord;
  blockUser(login: string): void;
}

/** Binds them to one world. */
export function createAccess(world: World): Access {
  return {
    issueToken: (request) => issueToken(world, request),
    issuePersonalToken: ({ login, ...request }) => addToken(world, userNamed(world, login), request),
    revokeToken: (token) => void (token.revoked = true),
    setPermission: (repository, login, role) => {
      setMember(world, repositoryNamed(world, repository), { user: userNamed(world, login), role });
    },
    setGroupPermission: (group, login, role) => {
      setMember(world, namespaceAt(world, group), { user: userNamed(world, login), role });
    },
    createGroup: (path) => groupAt(world, path),
    addHook: (hook) => addHook(world, hook),
    blockUser: (login) => void (userNamed(world, login).state = 'blocked'),
  };
}

/** Sets or removes a direct membership. */
export function setMember(
  world: World,
  place: Pick<ProjectRecord | NamespaceRecord, 'members'>,
  { user, role: standing }: { readonly user: UserRecord; readonly role: Standing },
): void {
  const { role, expiresAt } = typeof standing === 'object' ? standing : { role: standing, expiresAt: undefined };
  const level = typeof role === 'number' ? role : ROLE_LEVELS[role];
  if (level === 0) place.members.delete(user.id);
  else place.members.set(user.id, { user, level, expiresAt, createdAt: world.now() });
}

/** A namespace by its full path; throws when there is none. */
function namespaceAt(world: World, path: string): NamespaceRecord {
  const space = world.namespaces.get(path.toLowerCase());
  if (!space) throw new Error(`the stand-in has no group ${path}`);
  return space;
}

/** A group by its full path, made with its parents when missing. */
export function groupAt(world: World, path: string): NamespaceRecord {
  const known = world.namespaces.get(path.toLowerCase());
  if (known) return known;
  const cut = path.lastIndexOf('/');
  const parent = cut < 0 ? undefined : groupAt(world, path.slice(0, cut));
  const group: NamespaceRecord = { id: world.nextId(), path, kind: 'group', parent, members: new Map() };
  world.namespaces.set(path.toLowerCase(), group);
  return group;
}

function issueToken(world: World, request: TokenRequest): TokenRecord {
  const { repository, group, level = 40, ...rest } = request;
  if ((repository === undefined) === (group === undefined)) throw new Error('a token is of a project or of a group');
  const place = repository === undefined ? namespaceAt(world, group ?? '') : repositoryNamed(world, repository);
  // https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects
  const kind = repository === undefined ? 'group' : 'project';
  const bot = addUser(world, `${kind}_${place.id}_bot_${randomBytes(BOT_BYTES).toString('hex')}`, true);
  setMember(world, place, { user: bot, role: level });
  return addToken(world, bot, rest);
}

/** Issues a token of a user. */
export function addToken(
  world: World,
  user: UserRecord,
  { scopes = ['api', 'read_repository', 'write_repository'], expiresAt }: Pick<TokenRequest, 'scopes' | 'expiresAt'>,
): TokenRecord {
  const token = `glpat-${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const record: TokenRecord = { id: `token_${world.tokens.size + 1}`, token, user, scopes, expiresAt, revoked: false };
  world.tokens.set(token, record);
  return record;
}

/** Adds a hook; without `url` it follows the stand-in's `webhookTarget`. */
export function addHook(world: World, input: Omit<NewHook, 'url'> & { readonly url?: string }): HookRecord {
  const { repository, group, url, token, signingSecret } = input;
  const hook: HookRecord = {
    id: world.nextId(),
    project: repository === undefined ? undefined : repositoryNamed(world, repository),
    groupPath: group,
    url,
    token,
    signingSecret,
    triggers: new Set(input.triggers ?? TRIGGERS),
    createdAt: world.now(),
    failures: 0,
    disabledUntil: undefined,
  };
  world.hookList.push(hook);
  return hook;
}
