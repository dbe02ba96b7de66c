import { suspectText, type Suspect } from '../../domain/alert/suspects.ts';
import { AppError } from '../../domain/errors.ts';
import { isAlert } from '../../domain/host/repo.ts';
import type { Redactor } from '../../domain/text/secrets.ts';
import type { Repositories } from '../../ports/host/repository.ts';
import type { Incidents } from '../../ports/incidents.ts';
import type { HeldRun } from './hold-run.ts';

/** What telling an agent of an incident needs. */
export interface IncidentAccountDeps {
  readonly store: { readonly incidents: Pick<Incidents, 'ofRequest'> };
  readonly repositories: Pick<Repositories, 'recentChanges'>;
  readonly redactor: Redactor;
}

const SUSPECTS_MAX = 10;

/**
 * What is known of the failure that a run is to mend: what its tracker told, and the commits that last changed the places at which it
 * fails. Undefined when no alert asked for the run. A history that cannot be read costs a line in the run's log.
 * @throws AppError as the store.
 */
export async function incidentAccount(deps: IncidentAccountDeps, held: HeldRun): Promise<string | undefined> {
  const { request, base } = held;
  if (!isAlert(request.requester)) return undefined;
  const incident = await deps.store.incidents.ofRequest(request.id);
  if (incident === undefined) return undefined;
  const { places, releaseSha, account } = incident;
  const read = (sha: string) =>
    deps.repositories.recentChanges(request.repo, { sha, paths: places, countMax: SUSPECTS_MAX });
  // What failed may be older than what is mended; its commit need not be in the mirror.
  const suspects = await read(releaseSha ?? base.sha)
    .catch(() => read(base.sha))
    .catch((thrown: unknown): readonly Suspect[] => {
      if (!(thrown instanceof AppError)) throw thrown;
      held.note({ type: 'log', stage: 'git', message: `No commits are suspected: ${thrown.message}` });
      return [];
    });
  return [account, deps.redactor.redact(suspectText(suspects))].filter((text) => text !== '').join('\n\n');
}
