import { AppError } from '#core/domain/errors.ts';
import type { RepoRef } from '#core/domain/host/repo.ts';
import type { Logger } from '#core/ports/runtime.ts';
import type { WriteBudget } from '#core/ports/write-budget.ts';

/*
 * What counts as content: requests that notify people, which are those that make issues, comments, reviews and pull
 * requests. Edits, reactions and check runs notify nobody:
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */

/** What keeping to a budget needs. */
export interface BudgetDeps {
  readonly budget: WriteBudget;
  readonly logger: Logger;
}

/**
 * Takes one creation from the budget of the repository's installation.
 * @throws AppError `limited` with the wait when nothing is left; nothing was sent then, so the caller may come again.
 */
export async function takeFromBudget(
  { budget }: BudgetDeps,
  { repo, action }: { readonly repo: RepoRef; readonly action: string },
): Promise<void> {
  const taken = await budget.take(repo);
  if (taken.kind === 'granted') return;
  const message = `${action} has to wait: this installation has written as much as GitHub allows for now`;
  throw new AppError('limited', message, { retryAfterMs: taken.waitMs });
}

/** Keeps all workers from writing as long as GitHub asked one of them to wait. Never rejects: its answer is the error itself. */
export async function closeWhenLimited({ budget, logger }: BudgetDeps, repo: RepoRef, error: AppError): Promise<void> {
  if (error.code !== 'limited' || error.retryAfterMs === undefined) return;
  await budget.close(repo, error.retryAfterMs).catch((err: unknown) => {
    logger.warn({ err, installationId: repo.installationId }, 'the write budget could not be closed');
  });
}
