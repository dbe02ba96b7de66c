import type { WireEvent } from './wire-event.ts';

/** A person of the organization, or the application behind a token. */
export interface MemberRecord {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

/** A token of the API; `scopes` in the vendors' own words, which are the same: `event:read`. */
export interface TokenRecord {
  readonly id: string;
  readonly token: string;
  readonly scopes: readonly string[];
  readonly member: MemberRecord;
}

/** A project, with the public key of its DSN. Times are in milliseconds since the epoch, here and below. */
export interface ProjectRecord {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly platform: string;
  readonly publicKey: string;
  readonly createdAt: number;
  /** How many issues it had; the last short id. */
  issueCount: number;
}

/** A commit as a release knows it; `files` are paths from the root of its repository. */
export interface CommitRecord {
  readonly id: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly at: number;
  readonly repository: string;
  readonly files: readonly string[];
}

/** A release: made by hand, or by the first event that names it. */
export interface ReleaseRecord {
  readonly id: number;
  readonly version: string;
  readonly createdAt: number;
  readonly projects: Set<ProjectRecord>;
  readonly commits: CommitRecord[];
}

/** A comment below an issue. */
export interface CommentRecord {
  readonly id: number;
  readonly author: MemberRecord;
  readonly createdAt: number;
  text: string;
}

/** One event that was taken in. */
export interface EventRecord {
  /** As the SDK named it: 32 hexadecimal digits. */
  readonly id: string;
  /** As the server names it, where that is something else (Glitchtip). */
  readonly serverId: string;
  readonly project: ProjectRecord;
  readonly issue: IssueRecord;
  readonly release: ReleaseRecord | undefined;
  readonly payload: WireEvent;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly happenedAt: number;
  readonly receivedAt: number;
}

/** Until when an issue counts as solved. */
export type Resolution =
  | { readonly kind: 'now' }
  | { readonly kind: 'release'; readonly release: ReleaseRecord }
  /** With whichever comes after `release`, the newest at that time. */
  | { readonly kind: 'next-release'; readonly release: ReleaseRecord | undefined }
  | { readonly kind: 'commit'; readonly commit: string; readonly repository: string };

/** What a status means in particular; Glitchtip has none of it. */
export type Substatus =
  | 'archived_until_escalating'
  | 'archived_until_condition_met'
  | 'archived_forever'
  | 'escalating'
  | 'ongoing'
  | 'regressed'
  | 'new';

/** A group of events with one cause, by the stand-in's own rule. */
export interface IssueRecord {
  readonly id: number;
  /** Number within its project. */
  readonly number: number;
  readonly project: ProjectRecord;
  readonly key: string;
  readonly title: string;
  readonly culprit: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly events: EventRecord[];
  readonly users: Set<string>;
  readonly comments: CommentRecord[];
  readonly firstSeen: number;
  lastSeen: number;
  level: string;
  status: 'unresolved' | 'resolved' | 'ignored';
  substatus: Substatus | undefined;
  resolution: Resolution | undefined;
  assignee: MemberRecord | undefined;
}
