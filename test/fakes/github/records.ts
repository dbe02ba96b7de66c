import type { FileRecord } from './file-record.ts';
import type { ChangeSize } from '../git-host/git-questions.ts';

/** Roles GitHub grants on a repository, weakest first; `none` means explicitly not a collaborator. */
export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

/** A user, organization or bot as the stand-in stores it. */
export interface UserRecord {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
}

/** The eight reactions GitHub knows: https://docs.github.com/en/rest/reactions/reactions#about-reactions */
export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes';

/** One reaction; `createdAt` is in milliseconds since the epoch, like every time in these records. */
export interface ReactionRecord {
  readonly id: number;
  readonly user: UserRecord;
  readonly content: ReactionContent;
  readonly createdAt: number;
}

/** A comment on the conversation of an issue or pull request. `viaApp` marks comments made with an installation token. */
export interface CommentRecord {
  readonly id: number;
  readonly issueNumber: number;
  readonly author: UserRecord;
  readonly viaApp: boolean;
  readonly createdAt: number;
  updatedAt: number;
  body: string;
  readonly reactions: ReactionRecord[];
}

/** A comment on lines of a pull request's diff, up to `line` and on the right side when nothing else is said. */
export interface ReviewCommentRecord extends CommentRecord {
  readonly path: string;
  readonly line: number;
  readonly startLine?: number | undefined;
  readonly side?: 'LEFT' | 'RIGHT' | undefined;
  readonly commitId: string;
  readonly diffHunk: string;
  readonly reviewId: number;
  readonly inReplyToId: number | undefined;
  /** When its review was submitted. */
  readonly publishedAt: number;
  /** Whether the discussion that this comment began is resolved. */
  resolved: boolean;
}

/** A review; its comments on lines are `reviewComments` of the pull request that name it. */
export interface ReviewRecord {
  readonly id: number;
  readonly author: UserRecord;
  readonly state: 'approved' | 'changes_requested' | 'commented';
  readonly commitId: string;
  readonly submittedAt: number;
  editedAt: number | undefined;
  body: string;
}

/** A label of one repository. */
export interface LabelRecord {
  readonly id: number;
  readonly name: string;
}

/** How a pull request was merged; `sha` is the merge commit. */
export interface MergeRecord {
  readonly at: number;
  readonly by: UserRecord;
  readonly sha: string;
}

/** What a pull request has beyond its issue. `headRepository` differs from the base repository for forks. */
export interface PullRecord {
  readonly id: number;
  readonly headRepository: RepositoryRecord;
  readonly headBranch: string;
  headSha: string;
  baseBranch: string;
  baseSha: string;
  size: ChangeSize;
  draft: boolean;
  maintainerCanModify: boolean;
  merged: MergeRecord | undefined;
}

/** An issue, or a pull request when `pull` is set: GitHub numbers both from one sequence. */
export interface IssueRecord {
  readonly id: number;
  readonly number: number;
  readonly author: UserRecord;
  readonly viaApp: boolean;
  readonly createdAt: number;
  updatedAt: number;
  /** When the body was edited last, and the title changed last. */
  editedAt: number | undefined;
  renamedAt: number | undefined;
  closedAt: number | undefined;
  closedBy: UserRecord | undefined;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly reactions: ReactionRecord[];
  readonly comments: CommentRecord[];
  readonly reviewComments: ReviewCommentRecord[];
  readonly reviews: ReviewRecord[];
  readonly labels: LabelRecord[];
  readonly assignees: UserRecord[];
  readonly pull: PullRecord | undefined;
}

/** A remark of a check run, in GitHub's words. */
export interface AnnotationRecord {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title: string | null;
  readonly raw_details: string | null;
}

/** The `output` of a check run; annotations only ever grow, as on GitHub. */
export interface CheckOutputRecord {
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly annotations: readonly AnnotationRecord[];
}

/** A check run. `externalId` and `detailsUrl` are the caller's own words. */
export interface CheckRunRecord {
  readonly id: number;
  /** Who made it: our App, GitHub Actions as a job of a workflow, or another App. */
  readonly app: 'ours' | 'github-actions' | 'other-ci';
  /** The log of a job. */
  readonly log: FileRecord | undefined;
  readonly suiteId: number;
  readonly headSha: string;
  name: string;
  status: string;
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  externalId: string;
  detailsUrl: string;
  output: CheckOutputRecord;
  actions: readonly { label: string; description: string; identifier: string }[];
}

/** The App on one account. `all`: also on what the account gets later. */
export interface InstallationRecord {
  readonly id: number;
  readonly account: UserRecord;
  selection: 'all' | 'selected';
  /** Undefined while it is not suspended. */
  suspended: { readonly by: UserRecord; readonly at: number } | undefined;
}

/** A repository and everything filed in it. `directory` is the bare Git repository on disk, which no renaming moves. */
export interface RepositoryRecord {
  readonly id: number;
  owner: UserRecord;
  name: string;
  fullName: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly directory: string;
  readonly createdAt: number;
  readonly parent: RepositoryRecord | undefined;
  /** Undefined when the App is not installed there: every API call then answers 404. */
  installationId: number | undefined;
  readonly labels: Map<string, LabelRecord>;
  readonly roles: Map<string, Role>;
  readonly issues: Map<number, IssueRecord>;
  readonly checkRuns: Map<number, CheckRunRecord>;
  /** Tail of this repository's queue of pushes, so that refs are compared around one push at a time. */
  pushQueue: Promise<void>;
}

/** An installation access token. `id` is safe to print; `token` is a secret. */
export interface TokenRecord {
  readonly id: string;
  readonly token: string;
  readonly installationId: number;
  readonly expiresAt: number;
  readonly permissions: Readonly<Record<string, string>>;
  /** Undefined means every repository of the installation. */
  readonly repositoryIds: ReadonlySet<number> | undefined;
  revoked: boolean;
}
