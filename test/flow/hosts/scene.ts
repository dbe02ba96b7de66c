import type { CheckView } from '#core/domain/change/check.ts';
import type { Button } from '#core/domain/host/inbound.ts';
import type { Provider } from '#core/domain/host/repo.ts';
import type { Role } from '#core/domain/rules/role.ts';
import type { Standing } from '#core/ports/conversations.ts';
import type { Running } from '../../../deploy/embedded/start.ts';
import type { ScriptedModel } from '../../fakes/model/scripted-model.ts';
import type { ReviewLook } from './review-look.ts';
import type { Place, Said } from './said.ts';
import type { Surroundings } from './surroundings.ts';
import type { Wire } from './wire.ts';

/** A comment as everybody sees it. */
export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly by: string;
  readonly isOurs: boolean;
}

/** An issue. */
export interface Issue extends Place {
  readonly kind: 'issue';
  readonly title: string;
  readonly body: string;
  readonly isOurs: boolean;
  readonly state: 'open' | 'closed';
}

/** A pull request (GitLab: merge request). `title` is without GitLab's `Draft:`. */
export interface Change extends Place {
  readonly kind: 'pull';
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly headSha: string;
  readonly base: string;
  readonly isDraft: boolean;
  readonly isOurs: boolean;
  readonly state: 'open' | 'closed' | 'merged';
}

/** How far a check is, or how it ended. */
export type Verdict = Exclude<CheckView['status'], 'completed'> | NonNullable<CheckView['conclusion']>;

/** A check run (GitLab: commit status, which has a title only). */
export interface Check {
  readonly id: number;
  readonly name: string;
  readonly sha: string;
  readonly verdict: Verdict;
  readonly title: string;
  /** Summary and text. */
  readonly text: string;
  /** Where it leads. */
  readonly detailsUrl: string;
}

type By = { readonly by?: string };

/**
 * What people can do. `by` is who does it, `ada` unless named. Whatever tells the bot resolves when its delivery was
 * answered, and fails unless with 202.
 */
export interface People {
  openIssue(act?: By & { title?: string; body?: string; labels?: readonly string[] }): Promise<Said>;
  /** From a branch that exists; see `push`. */
  openChange(act: By & { head: string; base?: string; title?: string; body?: string; draft?: boolean }): Promise<Said>;
  comment(place: Place, body: string, by?: string): Promise<Said>;
  /** On a line of the new side of a change's diff; `inReplyTo` is a comment of the same discussion. */
  commentOnLine(
    place: Place,
    act: By & { path: string; line: number; body: string; inReplyTo?: number },
  ): Promise<Said>;
  editComment(said: Said, body: string, by?: string): Promise<void>;
  /** GitLab calls no hook for it. */
  deleteComment(said: Said, by?: string): Promise<void>;
  label(place: Place, label: string, by?: string): Promise<{ guid: string }>;
  assign(place: Place, login: string, by?: string): Promise<{ guid: string }>;
  close(place: Place, by?: string): Promise<void>;
  reopen(place: Place, by?: string): Promise<void>;
  merge(place: Place, by?: string): Promise<void>;
  /**
   * Presses a button of the newest request of a thread: under its check run; on GitLab, which has none, by the emoji that
   * stands for it on its progress comment. @throws Error when there is no such button.
   */
  press(place: Place, button: Button, by?: string): Promise<void>;
  /** Returns the new commit's id; null deletes a file. The branch is made from the default branch when it is missing. */
  push(act: By & { branch: string; files: Readonly<Record<string, string | null>>; message?: string }): Promise<string>;
  /** Writes the repository's configuration to the default branch, at the host's own path. */
  configure(config: string): Promise<string>;
  deleteBranch(branch: string, by?: string): Promise<void>;
  setRole(login: string, role: Role): void;
}

/** What owners and administrators can do. */
export interface Owners {
  rename(name: string): Promise<void>;
  /** To another account or group in which the bot works as well. */
  transfer(): Promise<void>;
  /** The installation is suspended (GitLab: an administrator blocks the bot's account, which no hook tells). */
  suspend(): Promise<void>;
  unsuspend(): Promise<void>;
  /** The repository is taken out of the installation (GitLab: the bot is removed from the project, which no hook tells). */
  removeAccess(): Promise<void>;
  giveAccess(): Promise<void>;
}

/** What everybody can see just now. */
export interface Look {
  /** Oldest first; those on lines are apart. */
  comments(place: Place): readonly Comment[];
  /** Oldest first. */
  commentsOnLines(place: Place): readonly Comment[];
  /** Oldest first, in every state. */
  issues(): readonly Issue[];
  /** Oldest first, in every state. */
  changes(): readonly Change[];
  /** Oldest first; ours only. */
  checks(): readonly Check[];
  /** Checks of one run of a request, oldest first. GitLab has one per commit and name, which requests share. */
  checksOf(standing: Standing): readonly Check[];
  /** Names of the emoji that we have put there, in GitHub's words. */
  ourReactions(said: Said): readonly string[];
  /** What we have made on the host so far, by kind: `check.create`, `comment.create`, `pull.create`, `push`, `reaction.create`. */
  created(): readonly string[];
  /** Bytes of git objects that we have fetched so far. */
  bytesFetched(): number;
  /** Branch name to commit id. */
  branches(): Promise<ReadonlyMap<string, string>>;
  /** Every call of our webhook so far. */
  deliveries(): readonly { readonly guid: string; readonly status: number | null; readonly response: string }[];
  /** Resolves when no webhook call is under way. */
  delivered(): Promise<void>;
}

/** A kind of host that has pages to play on. */
export type PagedProvider = Exclude<Provider, 'git'>;

/** What a scene is built of, different on each host. */
export interface Host extends People, Surroundings, Owners, Look, ReviewLook, Wire, AsyncDisposable {
  readonly provider: PagedProvider;
  readonly model: ScriptedModel;
  readonly astraforge: Running;
  /** Every log line so far. */
  readonly logs: readonly string[];
  /** The host's number of the repository, and the bare Git repository on disk. */
  readonly repository: { readonly id: number; readonly directory: string };
  /** How this host shows a verdict: GitLab has fewer states. */
  asShown(verdict: Verdict): Verdict;
  /** The login of the bot's own account, which a person can assign. */
  readonly ourLogin: string;
  /** Throws when the host's contract was broken by a call so far. */
  assertNoViolations(): void;
}
