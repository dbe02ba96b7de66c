import type { RepositoryConfig } from '../contracts/repository-config.ts';
import { approvalFor } from '../domain/approval-policy.ts';
import { AppError } from '../domain/errors.ts';
import { fullName, type Actor } from '../domain/repo.ts';
import { hasRole, type Role } from '../domain/role.ts';
import type { ApprovalNeed } from '../domain/run-task.ts';
import type { RunFailure } from '../domain/run.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { Authoriser } from '../ports/vcs.ts';
import type { HeldRun } from './hold-run.ts';
import { readRepositoryConfig, type ReadRepositoryConfigDeps } from './read-repository-config.ts';

/** What reading the terms needs. */
export type ReadTermsDeps = ReadRepositoryConfigDeps & {
  readonly host: Authoriser;
  readonly store: { readonly conversations: Pick<Conversations, 'messagesOf'> };
};

/** Under which terms a run may work: as they are now, not as they were when it was asked for. */
export interface RunTerms {
  readonly kind: 'terms';
  readonly config: RepositoryConfig;
  readonly policyVersion: string;
  readonly approval: ApprovalNeed;
  /** Everybody whose words this run follows; none of them may approve it, unless the configuration says so. */
  readonly askers: readonly Actor[];
}

const STRICTNESS: Readonly<Record<ApprovalNeed, number>> = { none: 0, publish: 1, plan: 2 };

/** What somebody asked for and what each person needs, together. */
function strictest(needs: readonly ApprovalNeed[]): ApprovalNeed {
  return needs.reduce((most, need) => (STRICTNESS[need] > STRICTNESS[most] ? need : most), 'none');
}

/**
 * Reads the repository's configuration and asks the host what each of those who asked may do, now. A person who may not
 * start a run any more, or of whom the host does not say so, ends it.
 * @throws AppError as the host, when asking again may help.
 */
export async function readTerms(
  deps: ReadTermsDeps,
  held: HeldRun,
): Promise<RunTerms | { readonly kind: 'refused'; readonly failure: RunFailure }> {
  const { repo, requester } = held.request;
  const read = await readRepositoryConfig(deps, repo);
  if (read.kind === 'faulty') return { kind: 'refused', failure: { code: 'config', message: read.message } };
  const { config, version: policyVersion } = read;
  const said = await deps.store.conversations.messagesOf(held.run.id);
  const askers = distinct([requester, ...said.map(({ actor }) => actor)]);
  const needs: ApprovalNeed[] = [held.run.task.approval];
  for (const asker of askers) {
    const role = await deps.host.roleOf(repo, asker).catch(noneUnlessPassing);
    if (!hasRole(role, config.run_by)) {
      const message = `@${asker.login} has \`${role}\` on ${fullName(repo)} by now; \`${config.run_by}\` is needed to have a run.`;
      return { kind: 'refused', failure: { code: 'denied', message } };
    }
    needs.push(approvalFor(config, role));
  }
  return { kind: 'terms', config, policyVersion, approval: strictest(needs), askers };
}

/** A host that will not say what a person may do has said no; one that is away is asked again. */
export function noneUnlessPassing(thrown: unknown): Role {
  if (thrown instanceof AppError && ['denied', 'missing', 'invalid'].includes(thrown.code)) return 'none';
  throw thrown;
}

function distinct(actors: readonly Actor[]): Actor[] {
  return [...new Map(actors.map((actor) => [actor.id, actor])).values()];
}
