import { isAlert } from '../../domain/host/repo.ts';
import type { WorkRequest } from '../../domain/request/work-request.ts';
import type { Incidents } from '../../ports/incidents.ts';

/** What asking needs. */
export interface FilesTakenDeps {
  readonly store: { readonly incidents: Pick<Incidents, 'ofRequest' | 'takePaths'> };
}

const NAMED_MAX = 20;

/**
 * Takes the files of a change that mends an incident. Gives a sentence for each that the open fix of another incident touches: two
 * fixes of one file, of which neither knows the other, are one too many. Nothing is taken, or given, for what people asked for.
 * @throws AppError as the store.
 */
export async function filesTaken(
  { store }: FilesTakenDeps,
  request: Pick<WorkRequest, 'id' | 'requester'>,
  paths: readonly string[],
): Promise<readonly string[]> {
  if (!isAlert(request.requester)) return [];
  const incident = await store.incidents.ofRequest(request.id);
  if (incident === undefined) return [];
  const taken = await store.incidents.takePaths(incident.id, paths);
  return taken
    .slice(0, NAMED_MAX)
    .map(
      ({ path, url }) =>
        `\`${path.replaceAll('`', "'")}\` is changed by another open fix: ${url ?? 'its issue is not there yet'}`,
    );
}
