import type { BridgeShelf, CommitShelf, EditRecord, UploadShelf } from './context-records.ts';
import type { DraftRecord } from './draft-records.ts';
import type { Position } from './position.ts';

/** GitLab's access levels: https://docs.gitlab.com/api/access_requests/ (0 is "no access", 5 minimal, 15 planner). */
export type AccessLevel = 0 | 5 | 10 | 15 | 20 | 30 | 40 | 50;

/** A person or a bot. `login` is GitLab's `username`; times in these records are milliseconds since the epoch. */
export interface UserRecord {
  readonly id: number;
  readonly login: string;
  readonly bot: boolean;
  readonly createdAt: number;
  state: 'active' | 'blocked';
}

/** A membership. `expiresAt` is a day, `YYYY-MM-DD`, from whose start it no longer counts. */
export interface MembershipRecord {
  readonly user: UserRecord;
  readonly level: AccessLevel;
  readonly expiresAt: string | undefined;
  readonly createdAt: number;
}

/** A user's or a group's namespace; `path` is the full path of nested groups. */
export interface NamespaceRecord {
  readonly id: number;
  readonly path: string;
  readonly kind: 'user' | 'group';
  readonly parent: NamespaceRecord | undefined;
  readonly members: Map<number, MembershipRecord>;
}

/** Scopes of access tokens we know: https://docs.gitlab.com/user/project/settings/project_access_tokens/#scopes */
export type Scope = 'api' | 'read_api' | 'read_user' | 'read_repository' | 'write_repository';

/** A project, group or personal access token. `id` is safe to print; `token` is a secret. */
export interface TokenRecord {
  readonly id: string;
  readonly token: string;
  readonly user: UserRecord;
  readonly scopes: readonly Scope[];
  /** `YYYY-MM-DD`; invalid from the start of that day, UTC. */
  readonly expiresAt: string | undefined;
  revoked: boolean;
}

/** One emoji reaction; `content` is GitLab's `name`, for example `eyes` or `thumbsup`. */
export interface ReactionRecord {
  readonly id: number;
  readonly user: UserRecord;
  readonly content: string;
  readonly createdAt: number;
}

/** A note. Notes of one `discussionId` are a thread; `type` null stands alone until somebody replies. */
export interface NoteRecord extends EditRecord {
  readonly id: number;
  readonly author: UserRecord;
  readonly createdAt: number;
  updatedAt: number;
  body: string;
  type: 'DiscussionNote' | 'DiffNote' | null;
  readonly discussionId: string;
  readonly system: boolean;
  position: Position | undefined;
  readonly lineCode: string | undefined;
  resolvedBy: UserRecord | undefined;
  resolvedAt: number | undefined;
  readonly reactions: ReactionRecord[];
}

/** What issues and merge requests have in common. `number` is GitLab's `iid`, one sequence per kind; `body` its description. */
interface Noteable {
  readonly id: number;
  readonly number: number;
  readonly author: UserRecord;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | undefined;
  closedBy: UserRecord | undefined;
  title: string;
  body: string;
  labels: readonly string[];
  assignees: readonly UserRecord[];
  readonly reactions: ReactionRecord[];
  readonly notes: NoteRecord[];
}

/** An issue. */
export interface IssueRecord extends Noteable {
  readonly kind: 'issue';
  state: 'opened' | 'closed';
  readonly links: IssueLinkRecord[];
}

/** A link from one issue to another. */
export interface IssueLinkRecord {
  readonly id: number;
  readonly type: 'relates_to' | 'blocks' | 'is_blocked_by';
  readonly project: ProjectRecord;
  readonly issue: IssueRecord;
}

/** What a merge request was after one push: https://docs.gitlab.com/api/merge_requests/#get-merge-request-diff-versions */
export interface VersionRecord {
  readonly id: number;
  readonly headSha: string;
  readonly baseSha: string;
  readonly startSha: string;
  readonly createdAt: number;
  readonly filesChanged: number;
}

/** A merge request of its target project. The newest version is the last. */
export interface MergeRequestRecord extends Noteable {
  readonly kind: 'merge_request';
  state: 'opened' | 'closed' | 'merged';
  readonly sourceProject: ProjectRecord;
  readonly sourceBranch: string;
  targetBranch: string;
  readonly versions: VersionRecord[];
  readonly drafts: DraftRecord[];
  reviewers: readonly UserRecord[];
  removeSourceBranch: boolean;
  squash: boolean;
  mergedAt: number | undefined;
  mergedBy: UserRecord | undefined;
  mergeCommitSha: string | undefined;
}

/** What notes hang on. */
export type NoteableRecord = IssueRecord | MergeRequestRecord;

/** States of pipelines, jobs and commit statuses that the stand-in knows. */
export type CiStatus = 'created' | 'pending' | 'running' | 'success' | 'failed' | 'canceled' | 'skipped';

/** A commit status set through the API. */
export interface StatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly name: string;
  readonly author: UserRecord;
  readonly pipelineId: number;
  readonly createdAt: number;
  state: CiStatus;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  targetUrl: string | undefined;
  description: string | undefined;
  coverage: number | undefined;
}

/** A CI job with its log. */
export interface JobRecord {
  readonly id: number;
  readonly name: string;
  readonly stage: string;
  readonly createdAt: number;
  readonly allowFailure: boolean;
  status: CiStatus;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  log: string;
}

/** A pipeline; `external` ones carry commit statuses and no jobs. */
export interface PipelineRecord extends BridgeShelf<PipelineRecord> {
  readonly id: number;
  readonly number: number;
  readonly sha: string;
  readonly ref: string;
  readonly source: 'push' | 'merge_request_event' | 'external' | 'parent_pipeline';
  readonly user: UserRecord;
  readonly createdAt: number;
  updatedAt: number;
  finishedAt: number | undefined;
  status: CiStatus;
  readonly jobs: JobRecord[];
}

/** A project and everything filed in it. `directory` is the bare Git repository on disk; it stays when the path changes. */
export interface ProjectRecord extends UploadShelf, CommitShelf<UserRecord> {
  readonly id: number;
  namespace: NamespaceRecord;
  name: string;
  fullName: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly directory: string;
  readonly createdAt: number;
  readonly parent: ProjectRecord | undefined;
  readonly members: Map<number, MembershipRecord>;
  readonly issues: Map<number, IssueRecord>;
  readonly mergeRequests: Map<number, MergeRequestRecord>;
  readonly statuses: StatusRecord[];
  readonly pipelines: PipelineRecord[];
  pushQueue: Promise<void>;
}
