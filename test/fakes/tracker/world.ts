import { randomBytes } from 'node:crypto';
import type { HookDelivery } from '../git-host/delivery.ts';
import type { HostWorld } from '../git-host/stand-in.ts';
import type {
  CommentRecord,
  CommitRecord,
  EventRecord,
  IssueRecord,
  MemberRecord,
  ProjectRecord,
  ReleaseRecord,
  TokenRecord,
} from './records.ts';

const KEY_BYTES = 16;

/** Kinds of accepted writes, as the ledger names them. */
export type WriteKind = 'comment.create' | 'comment.update' | 'comment.delete' | 'issue.update';

/** What an event is to its issue. */
export type News = 'new' | 'known' | 'regressed';

/** What people, or the tracker itself, do to an issue. */
export type IssueAct = 'created' | 'resolved' | 'assigned' | 'archived' | 'unresolved';

/** Whoever is told of changes, which is what sends webhooks. `by` is undefined for the tracker itself. */
export interface Observer {
  tookIn(event: EventRecord, news: News): void;
  changed(issue: IssueRecord, act: IssueAct, by: MemberRecord | undefined): void;
  commented(issue: IssueRecord, comment: CommentRecord, act: 'created' | 'updated' | 'deleted'): void;
}

/** Everything one stand-in of an error tracker knows. It has one organization. */
export interface TrackerWorld extends HostWorld<WriteKind, HookDelivery> {
  readonly vendor: 'Sentry' | 'Glitchtip';
  readonly organization: { readonly id: number; readonly slug: string; readonly name: string };
  /** By slug. */
  readonly projects: Map<string, ProjectRecord>;
  /** By version. */
  readonly releases: Map<string, ReleaseRecord>;
  readonly issues: Map<number, IssueRecord>;
  /** By the SDK's id. */
  readonly events: Map<string, EventRecord>;
  /** By the secret itself. */
  readonly tokens: Map<string, TokenRecord>;
  readonly members: Map<string, MemberRecord>;
  /** What else came in envelopes, counted by type: sessions, transactions, reports of the client. */
  readonly otherItems: Map<string, number>;
  readonly observers: Observer[];
}

/** A project by slug or number; undefined when there is none. */
export function findProject({ projects }: TrackerWorld, name: string): ProjectRecord | undefined {
  return projects.get(name) ?? [...projects.values()].find((one) => String(one.id) === name);
}

/** Adds a project. @throws Error when the slug is taken. */
export function addProject(world: TrackerWorld, slug: string, platform: string): ProjectRecord {
  if (world.projects.has(slug)) throw new Error(`the stand-in has a project ${slug} already`);
  const project: ProjectRecord = {
    id: world.nextId(),
    slug,
    name: slug,
    platform,
    publicKey: randomBytes(KEY_BYTES).toString('hex'),
    createdAt: world.now(),
    issueCount: 0,
  };
  world.projects.set(slug, project);
  return project;
}

/** Where an SDK of the project sends to: https://develop.sentry.dev/sdk/foundations/transport/authentication/#dsn */
export function dsnOf({ webUrl }: TrackerWorld, { publicKey, id }: ProjectRecord): string {
  const url = new URL(webUrl);
  return `${url.protocol}//${publicKey}@${url.host}${url.pathname.replace(/\/$/, '')}/${id}`;
}

/** A person by name, made on first mention. */
export function memberNamed(world: TrackerWorld, name: string): MemberRecord {
  const found = world.members.get(name);
  if (found) return found;
  const member = { id: world.nextId(), name, email: `${name}@example.com` };
  world.members.set(name, member);
  return member;
}

/** A release by version, made on first mention; `commits` are added to those it has. Later ones have larger ids. */
export function releaseNamed(
  world: TrackerWorld,
  version: string,
  { project, commits = [] }: { readonly project: ProjectRecord; readonly commits?: readonly CommitRecord[] },
): ReleaseRecord {
  const release = world.releases.get(version) ?? {
    id: world.nextId(),
    version,
    createdAt: world.now(),
    projects: new Set<ProjectRecord>(),
    commits: [],
  };
  world.releases.set(version, release);
  release.projects.add(project);
  release.commits.push(...commits);
  return release;
}

/** The newest release of a project; undefined when it has none. */
export function latestRelease({ releases }: TrackerWorld, project: ProjectRecord): ReleaseRecord | undefined {
  return [...releases.values()].filter((one) => one.projects.has(project)).toSorted((a, b) => b.id - a.id)[0];
}
