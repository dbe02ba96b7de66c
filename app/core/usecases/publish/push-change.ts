import { judgeChange, type ChangeLimits, type Verdict } from '../../domain/rules/policy.ts';
import type { RepoRef } from '../../domain/host/repo.ts';
import { judgeByRepository } from '../../domain/rules/repository-bounds.ts';
import type { RepositoryRules } from '../../domain/rules/repository-rules.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { PreparedCommit, PushTarget, Repositories } from '../../ports/host/repository.ts';
import type { Logger } from '../../ports/runtime.ts';
import type { Cloner, GitAccess } from '../../ports/host/vcs.ts';
import type { HeldRun } from '../run/hold-run.ts';

/** What bringing a patch to the host needs. */
export interface PushChangeDeps {
  readonly host: Cloner;
  readonly repositories: Repositories;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly limits: ChangeLimits;
  /** What the repository itself lets a change do; absent: all that the operator does. */
  readonly rules?: Pick<RepositoryRules, 'paths' | 'limits'>;
  readonly author: (near: RepoRef) => Promise<{ name: string; email: string }>;
}

/** A commit that may be pushed, or every reason why not, to be shown. */
export type PreparedChange =
  | { readonly kind: 'prepared'; readonly commit: PreparedCommit }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/**
 * Makes a commit of a patch on the request's base and judges it; the same patch and message always make the same commit.
 * Refused when the policy objects or a live secret is in it: redacting would corrupt a patch.
 * @throws AppError as Repositories.commit.
 */
export async function prepareChange(
  deps: PushChangeDeps,
  held: HeldRun,
  change: { patch: Uint8Array; message: string },
): Promise<PreparedChange> {
  const { request, run } = held;
  if (deps.redactor.holdsSecret(new TextDecoder().decode(change.patch)))
    return { kind: 'refused', reasons: ['The change holds a credential of this server; nothing was published.'] };
  const draft = {
    message: deps.redactor.redact(change.message),
    author: await deps.author(request.repo),
    // What Git alone makes is the same each time it is tried, so that a branch which is there already is the one.
    date: run.task.kind === 'revert' ? request.createdAt : run.createdAt,
  };
  const commit = await deps.repositories.commit(request.repo, {
    baseSha: held.base.sha,
    patch: change.patch,
    draft,
  });
  const verdict = judge(deps, commit, change.patch.byteLength);
  return verdict.kind === 'refused' ? verdict : { kind: 'prepared', commit };
}

/** Judges a commit by the operator's rules and by the repository's; all faults of both are named. */
export function judge(
  { limits, rules }: Pick<PushChangeDeps, 'limits' | 'rules'>,
  commit: PreparedCommit,
  patchBytes: number,
): Verdict {
  const verdicts = [
    judgeChange(commit.paths, limits),
    ...(rules === undefined ? [] : [judgeByRepository({ ...commit, patchBytes }, rules)]),
  ];
  const reasons = verdicts.flatMap((verdict) => (verdict.kind === 'refused' ? verdict.reasons : []));
  return reasons.length === 0 ? { kind: 'allowed' } : { kind: 'refused', reasons };
}

/** Pushes a commit to a branch of ours with a token for just that. @throws AppError as Repositories.push. */
export function pushCommit(deps: PushChangeDeps, held: HeldRun, target: PushTarget): Promise<void> {
  const { repo } = held.request;
  return withWriteAccess(deps, repo, (access) => deps.repositories.push(repo, target, access));
}

/** Does something with a token that may write to this repository, and revokes it afterwards. */
export async function withWriteAccess<Value>(
  deps: Pick<PushChangeDeps, 'host' | 'limits' | 'logger'>,
  repo: RepoRef,
  action: (access: GitAccess) => Promise<Value>,
): Promise<Value> {
  const access = await deps.host.gitAccess(repo, deps.limits.allowed.has('workflows') ? 'write-workflows' : 'write');
  try {
    return await action(access);
  } finally {
    void deps.host.revoke(access).catch((err: unknown) => deps.logger.warn({ err }, 'a write token was not revoked'));
  }
}
