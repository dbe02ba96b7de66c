import { AppError } from '#core/domain/errors.ts';
import { isCaller, type Provider, type RepoRef } from '#core/domain/host/repo.ts';
import type { DeliveryLog } from '#core/ports/host/delivery-log.ts';
import type { Reviewer } from '#core/ports/host/reviewer.ts';
import type { CiReader, ImageReader, ThreadReader } from '#core/ports/host/thread-reader.ts';
import type {
  Authoriser,
  ChangeProposer,
  CommitCommenter,
  GitAccess,
  Identity,
  VcsHost,
} from '#core/ports/host/vcs.ts';
import type { WordLog, WordsCheck } from '#core/ports/host/word-log.ts';

/** A host as workers use it. `commitAuthor`: whose name commits carry in a repository. */
export type WorkingHost = VcsHost &
  Partial<Reviewer & DeliveryLog & WordLog> & {
    commitAuthor(near?: RepoRef): Promise<{ name: string; email: string }>;
  };

/** What is asked of each host on its own: what it delivered, and what is written there. */
export interface HostLogs {
  readonly deliveryLogs: ReadonlyMap<Provider, DeliveryLog>;
  readonly wordLogs: ReadonlyMap<Provider, WordLog & Identity>;
}

/** All hosts as one. */
export type GitHosts = Omit<WorkingHost, keyof DeliveryLog | keyof WordLog> & Reviewer & WordsCheck & HostLogs;

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
    readFileAt: async (repo, file, bytesMax) => at(repo).readFileAt(repo, file, bytesMax),
    async gitAccess(repo, purpose) {
      const host = at(repo);
      const access = await host.gitAccess(repo, purpose);
      minters.set(access, host);
      return access;
    },
    async revoke(access) {
      await minters.get(access)?.revoke(access);
    },
    findCheck: async (repo, sha, key) => at(repo).findCheck(repo, sha, key),
    createCheck: async (repo, sha, check) => at(repo).createCheck(repo, sha, check),
    updateCheck: async (repo, externalId, view) => at(repo).updateCheck(repo, externalId, view),
    acknowledge: async (repo, thread, trigger) => at(repo).acknowledge(repo, thread, trigger),
    findComment: async (repo, thread, by) => at(repo).findComment(repo, thread, by),
    createComment: async (repo, thread, body) => at(repo).createComment(repo, thread, body),
    updateComment: async (repo, externalId, body) => at(repo).updateComment(repo, externalId, body),
    ...dispatchChanges(at),
    translate(delivery) {
      const host = hosts.get(delivery.provider);
      if (host === undefined) return { kind: 'ignored', reason: `${delivery.provider} is not configured here` };
      return host.translate(delivery);
    },
    findRepository: async (provider, name) => of(provider).findRepository(provider, name),
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

function dispatchChanges(at: (repo: RepoRef) => WorkingHost): ChangeProposer {
  return {
    findChange: async (repo, branch) => at(repo).findChange(repo, branch),
    openChange: async (repo, draft) => at(repo).openChange(repo, draft),
    reviseChange: async (repo, number, revise) => at(repo).reviseChange(repo, number, revise),
  };
}

function dispatchIdentity(
  near: (repo: RepoRef | undefined) => WorkingHost,
): Identity & Pick<WorkingHost, 'commitAuthor'> {
  return {
    self: async (repo) => near(repo).self(repo),
    reviewer: async (repo) => near(repo).reviewer?.(repo),
    commitAuthor: async (repo) => near(repo).commitAuthor(repo),
  };
}

/** The logs of those hosts that keep them. */
function logsOf(hosts: ReadonlyMap<Provider, WorkingHost>): HostLogs {
  const deliveryLogs = new Map<Provider, DeliveryLog>();
  const wordLogs = new Map<Provider, WordLog & Identity>();
  for (const [provider, host] of hosts) {
    const { listDeliveries, redeliver, redeliveriesMax, repositories, wordsSince, deliveryOf, isThere } = host;
    if (listDeliveries && redeliver && redeliveriesMax !== undefined)
      deliveryLogs.set(provider, { listDeliveries, redeliver, redeliveriesMax });
    if (repositories && wordsSince && deliveryOf && isThere)
      wordLogs.set(provider, { repositories, wordsSince, deliveryOf, isThere, self: (near) => host.self(near) });
  }
  return { deliveryLogs, wordLogs };
}

/** What not every host can do yet. */
function must<Method>(method: Method | undefined, action: string): Method {
  if (method === undefined) throw new AppError('invalid', `${action} is not built yet for this host`);
  return method;
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
