import type { RepoRef } from '../../domain/host/repo.ts';
import type { UnpublishedWork } from '../../ports/host/repository.ts';
import type { Runs } from '../../ports/store.ts';
import type { HeldRun } from './hold-run.ts';

/** What carrying work over needs. */
export interface CarryWorkDeps {
  readonly store: { readonly runs: Runs };
  readonly author: (near: RepoRef) => Promise<{ name: string; email: string }>;
}

/**
 * What the run that this one goes on from has left and nobody has seen yet: it was cut, cancelled or not approved. Undefined
 * when it was published, left nothing, or began at another commit, where its patch would not fit.
 */
export async function workSoFar(deps: CarryWorkDeps, held: HeldRun): Promise<UnpublishedWork | undefined> {
  const { resumes } = held.run.task;
  if (resumes === null) return undefined;
  const former = await deps.store.runs.readRun(resumes);
  if (former === undefined || former.run.status === 'succeeded') return undefined;
  const base = former.run.task.base ?? former.request.base;
  if (base.sha !== held.base.sha) return undefined;
  const result = await deps.store.runs.readResult(resumes);
  const patch = result?.patch ?? result?.unfinished ?? null;
  if (patch === null || patch.byteLength === 0) return undefined;
  const author = await deps.author(held.request.repo);
  return { patch, draft: { message: 'Work so far, not published', author, date: former.run.createdAt } };
}
