import { judgeChange, type ChangeLimits } from '../domain/policy.ts';
import type { RepoRef } from '../domain/repo.ts';
import type { Redactor } from '../domain/secrets.ts';
import type { PreparedCommit, Repositories } from '../ports/repository.ts';
import type { Logger } from '../ports/runtime.ts';
import type { Cloner } from '../ports/vcs.ts';
import type { HeldRun } from './hold-run.ts';

/** What bringing a patch to the host needs. */
export interface PushChangeDeps {
  readonly host: Cloner;
  readonly repositories: Repositories;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly limits: ChangeLimits;
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
    date: run.createdAt,
  };
  const commit = await deps.repositories.commit(request.repo, {
    baseSha: request.base.sha,
    patch: change.patch,
    draft,
  });
  const verdict = judgeChange(commit.paths, deps.limits);
  return verdict.kind === 'refused' ? verdict : { kind: 'prepared', commit };
}

/** Pushes a commit to a branch of ours with a token for just that. @throws AppError as Repositories.push. */
export async function pushCommit(
  deps: PushChangeDeps,
  held: HeldRun,
  target: { sha: string; branch: string },
): Promise<void> {
  const { repo } = held.request;
  const access = await deps.host.gitAccess(repo, deps.limits.allowed.has('workflows') ? 'write-workflows' : 'write');
  try {
    await deps.repositories.push(repo, { ...target, from: null }, access);
  } finally {
    void deps.host.revoke(access).catch((err: unknown) => deps.logger.warn({ err }, 'a write token was not revoked'));
  }
}
