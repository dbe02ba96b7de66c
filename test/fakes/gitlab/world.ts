import type { RepositoryName } from '../git-host/commits.ts';
import type { HostWorld } from '../git-host/stand-in.ts';
import type { HookEventRecord, HookRecord } from './hook-records.ts';
import type { NamespaceRecord, ProjectRecord, TokenRecord, UserRecord } from './records.ts';
import type { Delivery, HookSender } from './webhook-sender.ts';

/** Kinds of accepted writes, as the ledger names them. Where GitHub's stand-in has the same thing it has the same name. */
export type WriteKind =
  | 'comment.create'
  | 'comment.update'
  | 'comment.delete'
  | 'reaction.create'
  | 'reaction.delete'
  | 'status.create'
  | 'pull.create'
  | 'pull.update'
  | 'pull.merge'
  | 'discussion.create'
  | 'discussion.reply'
  | 'discussion.resolve'
  | 'draft.create'
  | 'draft.delete'
  | 'draft.publish'
  | 'issue.create'
  | 'issue.update'
  | 'branch.create'
  | 'branch.delete'
  | 'hook.create'
  | 'hook.resend'
  | 'push';

/** Everything one stand-in knows. Handlers change it, renderers read it, tests look at it through `queries.ts`. */
export interface World extends HostWorld<WriteKind, Delivery> {
  readonly users: Map<string, UserRecord>;
  readonly namespaces: Map<string, NamespaceRecord>;
  /** By full path in lower case. */
  readonly projects: Map<string, ProjectRecord>;
  /** Former full paths in lower case, which redirect until something else takes the path. */
  readonly formerPaths: Map<string, ProjectRecord>;
  readonly tokens: Map<string, TokenRecord>;
  readonly hookList: HookRecord[];
  readonly hookEvents: HookEventRecord[];
  readonly hooks: HookSender;
}

/** A project by its number or by its full path, without regard to case; undefined when there is none. */
export function findProject(world: World, id: string): ProjectRecord | undefined {
  if (!/^\d+$/.test(id)) return world.projects.get(id.toLowerCase());
  return [...world.projects.values()].find((one) => one.id === Number(id));
}

/** Like {@link findProject}, for test code that named it itself: throws when there is none. */
export function repositoryNamed(world: World, name: RepositoryName): ProjectRecord {
  const path = typeof name === 'string' ? name : name.fullName;
  const project = world.projects.get(path.toLowerCase()) ?? world.formerPaths.get(path.toLowerCase());
  if (!project) throw new Error(`the stand-in has no project ${path}`);
  return project;
}

/** A user by name, created as an ordinary one, with a namespace of its own, on first mention. */
export function userNamed(world: World, login: string): UserRecord {
  return world.users.get(login.toLowerCase()) ?? addUser(world, login, false);
}

/** Adds a user and its personal namespace, of which it is the owner. */
export function addUser(world: World, login: string, bot: boolean): UserRecord {
  if (world.users.has(login.toLowerCase())) throw new Error(`the stand-in has a user ${login} already`);
  const user: UserRecord = { id: world.nextId(), login, bot, state: 'active', createdAt: world.now() };
  world.users.set(login.toLowerCase(), user);
  if (!bot && !world.namespaces.has(login.toLowerCase())) {
    const members = new Map([[user.id, { user, level: 50 as const, expiresAt: undefined, createdAt: world.now() }]]);
    const space: NamespaceRecord = { id: world.nextId(), path: login, kind: 'user', parent: undefined, members };
    world.namespaces.set(login.toLowerCase(), space);
  }
  return user;
}
