import type { Actor, RepoRef } from './repo.ts';

/** Where a conversation lives: an issue, or a pull request (GitHub numbers both in one series, GitLab each in its own). */
export interface Thread {
  readonly kind: 'issue' | 'pull';
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

/**
 * The thing that carried the words, so that a reaction can be put on it. `review` is the summary of a whole review, on
 * which GitHub's REST API takes no reaction.
 */
export type Trigger =
  | { readonly kind: 'thread' }
  | { readonly kind: 'comment'; readonly id: number }
  | { readonly kind: 'review'; readonly id: number }
  | { readonly kind: 'review-comment'; readonly id: number; readonly path: string; readonly hunk: string };

/** A person said something in a thread. */
export interface Said {
  readonly kind: 'said';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly thread: Thread;
  readonly trigger: Trigger;
  readonly text: string;
  /** Set when the words opened a pull request, which is then there to be looked at as well. */
  readonly offered?: ChangeOffered;
  /** Labels and assignees that the new thread came with, where the host tells both at once (GitLab). */
  readonly marks?: readonly Marked[];
}

/** A person put a label on a thread, or made somebody its assignee. Whether that asks for anything the repository's configuration says. */
export interface Marked {
  readonly kind: 'marked';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly thread: Thread;
  readonly by:
    { readonly kind: 'label'; readonly name: string } | { readonly kind: 'assignee'; readonly account: Actor };
  /** Further marks of the same delivery, where the host tells several at once (GitLab). */
  readonly more?: readonly Marked[];
}

/** A thread was closed, merged (pull requests only) or opened again. */
export interface ThreadMoved {
  readonly kind: 'thread';
  readonly change: 'closed' | 'merged' | 'reopened';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly thread: Pick<Thread, 'kind' | 'number'>;
}

/** A person pressed a button under a check run of ours, or put the emoji that stands for it on our progress comment. */
export interface Pressed {
  readonly kind: 'pressed';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly button: Button;
  /** `check`: the key of the check run; `commit`: the newest of ours on that commit; `comment`: the host's id of our comment. */
  readonly on:
    | { readonly kind: 'check'; readonly key: string }
    | { readonly kind: 'commit'; readonly sha: string }
    | { readonly kind: 'comment'; readonly externalId: string };
}

/** What can be pressed. The word is also the identifier of the check run's action. */
export type Button = 'approve' | 'cancel' | 'retry';

/** Words that were said are gone or different. Edits never start anything; what has not begun yet is taken back. */
export interface Unsaid {
  readonly kind: 'unsaid';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly trigger: Exclude<Trigger, { kind: 'thread' }>;
  readonly how: 'deleted' | 'edited';
}

/** A branch was deleted on the host. */
export interface BranchDeleted {
  readonly kind: 'branch-deleted';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly branch: string;
}

/** Commits arrived on a branch. */
export interface Pushed {
  readonly kind: 'pushed';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly branch: string;
  /** Whether it is the default branch. */
  readonly isDefault: boolean;
  readonly sha: string;
  /** Paths that the commits name as added, changed or removed; the host may leave some out of a large push. */
  readonly paths: readonly string[];
}

/** A pull request is there to be looked at: opened, made ready, or with new commits. */
export interface ChangeOffered {
  readonly kind: 'offered';
  readonly repo: RepoRef;
  readonly actor: Actor;
  readonly thread: Thread;
  readonly sha: string;
  readonly draft: boolean;
  readonly fork: boolean;
  readonly occasion: 'opened' | 'ready' | 'pushed';
}

/** A repository was renamed or transferred; `repo` has the new names under the same number. */
export interface RepositoryMoved {
  readonly kind: 'moved';
  readonly repo: RepoRef;
}

/** Repositories that we may no longer see, or may see again. `repoIds` undefined: all of the installation. */
export interface AccessChanged {
  readonly kind: 'access';
  readonly provider: RepoRef['provider'];
  readonly installationId: number;
  readonly repoIds: readonly number[] | undefined;
  readonly change: 'lost' | 'back';
}

/** Everything a host can tell us that we act on; a delivery that is none of these is ignored. */
export type InboundEvent =
  | Said
  | Marked
  | ThreadMoved
  | Pressed
  | Unsaid
  | BranchDeleted
  | Pushed
  | ChangeOffered
  | RepositoryMoved
  | AccessChanged;
