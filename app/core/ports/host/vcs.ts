import type { CheckView } from '../../domain/change/check.ts';
import type { InboundEvent, Marked, Pressed, Said, Thread, ThreadMoved, Trigger } from '../../domain/host/inbound.ts';
import type { Actor, Provider, RepoRef } from '../../domain/host/repo.ts';
import type { Role } from '../../domain/rules/role.ts';
import type { ChangeRef } from '../../domain/run/run.ts';
import type { ChangeHistory } from './change-history.ts';
import type { IssueDesk } from './issue-desk.ts';
import type { CiReader, ImageReader, ThreadReader } from './thread-reader.ts';

/*
 * A Git host in small roles; a use case asks for the role it needs.
 * Every method throws AppError: `unavailable` (network, 5xx on a read, timeout), `limited` (rate limit, with
 * retryAfterMs), `denied` (401/403), `missing` (404), `conflict` or `invalid` (other 4xx), and for writes
 * `ambiguous` when the host may have acted (timeout, reset, 5xx). No method retries a write by itself.
 */

/** Something found or made on the host. */
export interface Placed {
  readonly externalId: string;
  readonly url: string;
}

/** Says who may do what, live. */
export interface Authoriser {
  /** The person's role in the repository; 'none' when the host does not know the person. Callers of the API have `write`. */
  roleOf(repo: RepoRef, actor: Actor): Promise<Role>;
}

/** Answers where a thread's work starts from. */
export interface BaseReader {
  /** Branch and head commit: default branch for an issue, head branch for a pull request (`fork` when it is elsewhere). */
  baseOf(repo: RepoRef, thread: Pick<Thread, 'kind' | 'number'>): Promise<{ ref: string; sha: string; fork: boolean }>;
  /** Head commit of a branch, as it is now; undefined when there is no such branch. */
  branchHead(repo: RepoRef, branch: string): Promise<string | undefined>;
}

/** Finds repositories that nothing was delivered of yet. */
export interface RepositoryFinder {
  /** The repository of that `owner/name`; undefined when there is none in which we can work. */
  findRepository(provider: Provider, name: string): Promise<RepoRef | undefined>;
}

/** Reads single files without cloning. */
export interface FileReader {
  /** Text of a file on the default branch, as it is now; undefined when it is not there. `invalid` above `bytesMax`. */
  readDefaultBranchFile(repo: RepoRef, path: string, bytesMax: number): Promise<string | undefined>;
}

/** Reads single files of a commit that a delivery told of. */
export interface CommitFileReader {
  /** As `readDefaultBranchFile`, of one commit; undefined also when the host does not know the commit. */
  readFileAt(repo: RepoRef, at: { sha: string; path: string }, bytesMax: number): Promise<string | undefined>;
}

/** What git needs to talk to the host: a URL without credentials and a token that never enters a workspace. */
export interface GitAccess {
  readonly url: string;
  readonly username: string;
  readonly token: string;
}

/** What git is wanted for. */
export type GitPurpose = 'read' | 'write' | 'write-workflows';

/** Mints access for git, narrowed to one repository and one purpose. */
export interface Cloner {
  /** `read`: contents:read. `write`: contents:write. `write-workflows`: workflows:write as well, if the installation grants it. */
  gitAccess(repo: RepoRef, purpose: GitPurpose): Promise<GitAccess>;
  /** Revokes a minted token; failing to is logged by the caller, not fatal (it expires within the hour). */
  revoke(access: GitAccess): Promise<void>;
}

/** Writes check runs. The natural key is `externalId` on the commit. */
export interface CheckReporter {
  findCheck(repo: RepoRef, sha: string, key: string): Promise<Placed | undefined>;
  createCheck(repo: RepoRef, sha: string, check: { key: string; view: CheckView }): Promise<Placed>;
  updateCheck(repo: RepoRef, externalId: string, view: CheckView): Promise<void>;
}

/** Writes comments and reactions. The natural key of a comment is a hidden marker in its body. */
export interface Commenter {
  /** Puts 👀 on the trigger; the host makes it idempotent. */
  acknowledge(repo: RepoRef, thread: Pick<Thread, 'kind' | 'number'>, trigger: Trigger): Promise<Placed>;
  /** Our own comment whose body holds `marker`, in pages from `since` (ISO time) on; undefined when there is none. */
  findComment(
    repo: RepoRef,
    thread: Pick<Thread, 'kind' | 'number'>,
    by: { marker: string; since: string },
  ): Promise<Placed | undefined>;
  createComment(repo: RepoRef, thread: Pick<Thread, 'kind' | 'number'>, body: string): Promise<Placed>;
  updateComment(repo: RepoRef, externalId: string, body: string): Promise<void>;
}

/** Says something about a commit where a check has no room for it (`host-traits.ts`). The natural key is a hidden marker. */
export interface CommitCommenter {
  /** Our own comment on the commit whose body holds `marker`; undefined when there is none. */
  findCommitComment(repo: RepoRef, sha: string, marker: string): Promise<Placed | undefined>;
  commentOnCommit(repo: RepoRef, sha: string, body: string): Promise<Placed>;
}

/** A pull request to open. `draft`: people are not asked to review it yet. */
export interface ChangeDraft {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

/** What of a pull request can change after it was opened. */
export interface ChangeText {
  readonly body: string;
  readonly draft: boolean;
}

/** Opens pull requests. The natural key is the head branch. */
export interface ChangeProposer {
  findChange(repo: RepoRef, branch: string): Promise<ChangeRef | undefined>;
  openChange(repo: RepoRef, draft: ChangeDraft): Promise<ChangeRef>;
  /** Writes what `revise` makes of a pull request as it is now; nothing where that is the same. One that is no draft never becomes one. */
  reviseChange(repo: RepoRef, number: number, revise: (now: ChangeText) => ChangeText): Promise<void>;
}

/** Reads what a host delivered. Pure: no call to the host. */
export interface Translator {
  /** The event in our words, or the reason why it is none of our business. Throws AppError `invalid` for a body that is not the event it claims to be. */
  translate(delivery: {
    provider: Provider;
    event: string;
    body: Uint8Array;
  }): InboundEvent | { kind: 'ignored'; reason: string };
}

/** An event that makes something happen, and that a host may have to be asked about. */
export type Confirmable = Said | Marked | Pressed | ThreadMoved;

/**
 * Says whether what a delivery claims is so, where a delivery that is genuine may all the same say anything (GitLab: who can
 * edit a hook can make it send any body). Hosts whose deliveries say what happened have no such role.
 */
export interface Confirmer {
  /** Whether the host itself tells the same of who said or did what, now; false also for what is not there. */
  confirm(event: Confirmable): Promise<boolean>;
}

/** Who we are on the host, so that we never answer ourselves. */
export interface Identity {
  /** Our own account. `near`, any repository at hand, spares the host a search for a place to ask from. */
  self(near?: RepoRef): Promise<Actor>;
  /** The account that reviews for us, where that is another one than our own; undefined where it is not. */
  reviewer?(near?: RepoRef): Promise<Actor | undefined>;
}

/** What a host may be able to tell around a request. Who asks goes on without what a host does not have. */
export type ContextReader = Partial<ThreadReader & CiReader & ImageReader>;

/** What every host has: repositories with branches, reached by git, and who may do what in them. */
export interface GitSide extends Authoriser, BaseReader, RepositoryFinder, FileReader, Cloner {}

/** What a host has where people and programs speak on its pages (`onlyGit` in `host-traits.ts` says where not). */
export interface PageSide
  extends CheckReporter, Commenter, ChangeProposer, ChangeHistory, IssueDesk, CommitFileReader, Translator, Identity {}

/** A whole host; only composition roots hold one. */
export interface VcsHost extends GitSide, PageSide, ContextReader, Partial<CommitCommenter & Confirmer> {}
