import type { Actor, RepoRef } from '../../domain/host/repo.ts';
import type { Identity } from '../../ports/host/vcs.ts';

/**
 * Numbers of all accounts that speak for us: neither answers the other, and the words of both are ours.
 * @throws AppError as the host, also when only one of them cannot be told: who may be us is not guessed.
 */
export async function ourAccounts(host: Identity, repo: RepoRef): Promise<readonly number[]> {
  const accounts = await Promise.all([host.self(repo), host.reviewer?.(repo)]);
  return accounts.flatMap((account) => account?.id ?? []);
}

/** Whether nobody but a program can have done this: another bot, or ourselves. */
export async function isProgram(host: Identity, repo: RepoRef, actor: Actor): Promise<boolean> {
  return actor.bot || (await ourAccounts(host, repo)).includes(actor.id);
}
