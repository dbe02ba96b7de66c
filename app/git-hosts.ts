import { AppError } from '#core/domain/errors.ts';
import { isCaller, type Provider, type RepoRef } from '#core/domain/host/repo.ts';
import type { ChangeHistory } from '#core/ports/host/change-history.ts';
import type { DeliveryLog } from '#core/ports/host/delivery-log.ts';
import type { IssueDesk } from '#core/ports/host/issue-desk.ts';
import type { Reviewer } from '#core/ports/host/reviewer.ts';
import type { CiReader, ImageReader, ThreadReader } from '#core/ports/host/thread-reader.ts';
import type {
  Authoriser,
  ChangeProposer,
  CheckReporter,
  CommitCommenter,
  CommitFileReader,
  Commenter,
  GitAccess,
  GitSide,
  Identity,
  VcsHost,
} from '#core/ports/host/vcs.ts';
import type { WordLog, WordsCheck } from '#core/ports/host/word-log.ts';

/** Whose name commits carry in a repository. */
interface CommitAuthor {
  commitAuthor(near?: RepoRef): Promise<{ name: string; email: string }>;
}

/** A host as workers use it: what every host has, and whatever else this one has. */
export type WorkingHost = GitSide & CommitAuthor & Partial<VcsHost & Reviewer & DeliveryLog & WordLog>;

/** What is asked of each host on its own: what it delivered, and what is written there. */
export interface HostLogs {
  readonly deliveryLogs: ReadonlyMap<Provider, DeliveryLog>;
  readonly wordLogs: ReadonlyMap<Provider, WordLog & Identity>;
}

/** All hosts as one. */
export type GitHosts = VcsHost & CommitAuthor & Reviewer & WordsCheck & HostLogs;

/**
 * Several hosts as one: whatever is about a repository goes to the host it is on, a delivery to the host it came from, and
 * access for git back to the host that minted it. Errors are those of the host that is asked; about a host that is not
 * configured, AppError `denied`, so that what is left of one that was taken away is refused and settled.
 */
export function dispatchHosts(hosts: ReadonlyMap<Provider, WorkingHost>): GitHosts {
  const minters = new WeakMap<GitAccess, WorkingHost>();
  const of = (provider: Provider): WorkingHost => {
    const host = hosts.get(provider);
    if (host === undefined) throw new AppError('denied', `${provider} is not configured here`);
    return host;
  };
  const at = ({ provider }: RepoRef): WorkingHost => of(provider);
  const near = (repo: RepoRef | undefined): WorkingHost => {
    const host = repo === undefined ? [...hosts.values()][0] : at(repo);
    if (host === undefined) throw new AppError('denied', 'no Git host is configured here');
    return host;
  };
  return {
    baseOf: async (repo, thread) => at(repo).baseOf(repo, thread),
    branchHead: async (repo, branch) => at(repo).branchHead(repo, branch),
    readDefaultBranchFile: async (repo, path, bytesMax) => at(repo).readDefaultBranchFile(repo, path, bytesMax),
    async gitAccess(repo, purpose) {
      const host = at(repo);
      const access = await host.gitAccess(repo, purpose);
      minters.set(access, host);
      return access;
    },
    async revoke(access) {
      await minters.get(access)?.revoke(access);
    },
    translate(delivery) {
      const host = hosts.get(delivery.provider);
      if (host === undefined) return { kind: 'ignored', reason: `${delivery.provider} is not configured here` };
      return host.translate?.(delivery) ?? { kind: 'ignored', reason: `${delivery.provider} delivers nothing` };
    },
    findRepository: async (provider, name) => of(provider).findRepository(provider, name),
    ...dispatchPages(at),
    ...dispatchOptional(at),
    ...logsOf(hosts),
    isThere: async (repo, place) => (await at(repo).isThere?.(repo, place)) ?? true,
    confirm: async (event) => (await at(event.repo).confirm?.(event)) ?? true,
    ...dispatchIdentity(near),
    ...dispatchRoles(at),
  };
}

/** Who calls the API has no account on a host: what their key lets them do was asked when they called. */
function dispatchRoles(at: (repo: RepoRef) => WorkingHost): Authoriser {
  return { roleOf: async (repo, actor) => (isCaller(actor) ? 'write' : at(repo).roleOf(repo, actor)) };
}

function dispatchIdentity(
  near: (repo: RepoRef | undefined) => WorkingHost,
): Identity & Pick<WorkingHost, 'commitAuthor'> {
  return {
    self: async (repo) => must(near(repo).self, 'Having an account')(repo),
    reviewer: async (repo) => near(repo).reviewer?.(repo),
    commitAuthor: async (repo) => near(repo).commitAuthor(repo),
  };
}

/** The logs of those hosts that keep them. */
function logsOf(hosts: ReadonlyMap<Provider, WorkingHost>): HostLogs {
  const deliveryLogs = new Map<Provider, DeliveryLog>();
  const wordLogs = new Map<Provider, WordLog & Identity>();
  for (const [provider, host] of hosts) {
    const { listDeliveries, redeliver, redeliveriesMax, repositories, wordsSince, deliveryOf, isThere, self } = host;
    if (listDeliveries && redeliver && redeliveriesMax !== undefined)
      deliveryLogs.set(provider, { listDeliveries, redeliver, redeliveriesMax });
    if (repositories && wordsSince && deliveryOf && isThere && self)
      wordLogs.set(provider, { repositories, wordsSince, deliveryOf, isThere, self });
  }
  return { deliveryLogs, wordLogs };
}

/** What not every host can do. */
function must<Method>(method: Method | undefined, action: string): Method {
  if (method === undefined) throw new AppError('invalid', `${action} is not possible on this host`);
  return method;
}

/** What is written on pages, and read beside them; a host that has nothing but Git says so as AppError `invalid`. */
function dispatchPages(
  at: (repo: RepoRef) => WorkingHost,
): CheckReporter & Commenter & ChangeProposer & ChangeHistory & IssueDesk & CommitFileReader {
  const [checks, comments, changes] = ['Showing a check', 'Commenting', 'Proposing a change'] as const;
  const [issues, history] = ['Opening an issue', 'Asking what became of a change'] as const;
  return {
    findCheck: async (repo, sha, key) => must(at(repo).findCheck, checks)(repo, sha, key),
    createCheck: async (repo, sha, check) => must(at(repo).createCheck, checks)(repo, sha, check),
    updateCheck: async (repo, externalId, view) => must(at(repo).updateCheck, checks)(repo, externalId, view),
    acknowledge: async (repo, thread, trigger) => must(at(repo).acknowledge, comments)(repo, thread, trigger),
    findComment: async (repo, thread, by) => must(at(repo).findComment, comments)(repo, thread, by),
    createComment: async (repo, thread, body) => must(at(repo).createComment, comments)(repo, thread, body),
    updateComment: async (repo, externalId, body) => must(at(repo).updateComment, comments)(repo, externalId, body),
    findChange: async (repo, branch) => must(at(repo).findChange, changes)(repo, branch),
    openChange: async (repo, draft) => must(at(repo).openChange, changes)(repo, draft),
    reviseChange: async (repo, number, revise) => must(at(repo).reviseChange, changes)(repo, number, revise),
    mergedAs: async (repo, number) => must(at(repo).mergedAs, history)(repo, number),
    isWithin: async (repo, commit, head) => must(at(repo).isWithin, history)(repo, commit, head),
    findIssue: async (repo, by) => must(at(repo).findIssue, issues)(repo, by),
    openIssue: async (repo, draft) => must(at(repo).openIssue, issues)(repo, draft),
    reopenIssue: async (repo, number) => must(at(repo).reopenIssue, issues)(repo, number),
    readFileAt: async (repo, file, bytesMax) => must(at(repo).readFileAt, 'Reading a commit')(repo, file, bytesMax),
  };
}

/** The roles that a host may lack: asked for one, it says so as AppError `invalid`. */
function dispatchOptional(
  at: (repo: RepoRef) => WorkingHost,
): Reviewer & ThreadReader & CiReader & ImageReader & CommitCommenter {
  return {
    findCommitComment: async (repo, sha, marker) =>
      must(at(repo).findCommitComment, 'Commenting on a commit')(repo, sha, marker),
    commentOnCommit: async (repo, sha, body) =>
      must(at(repo).commentOnCommit, 'Commenting on a commit')(repo, sha, body),
    readThread: async (repo, thread, most) => must(at(repo).readThread, 'Reading a conversation')(repo, thread, most),
    failedJobs: async (repo, sha, most) => must(at(repo).failedJobs, 'Reading CI logs')(repo, sha, most),
    readImages: async (repo, from, limits) => must(at(repo).readImages, 'Reading pictures')(repo, from, limits),
    readDiff: async (repo, number, most) => must(at(repo).readDiff, 'Reviewing')(repo, number, most),
    ourThreads: async (repo, number) => must(at(repo).ourThreads, 'Reviewing')(repo, number),
    postReview: async (repo, review) => must(at(repo).postReview, 'Reviewing')(repo, review),
    findReview: async (repo, number, marker) => must(at(repo).findReview, 'Reviewing')(repo, number, marker),
    resolveThread: async (repo, number, id) => must(at(repo).resolveThread, 'Reviewing')(repo, number, id),
  };
}
