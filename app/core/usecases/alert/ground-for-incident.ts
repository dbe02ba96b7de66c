import type { Incident } from '../../domain/alert/incident.ts';
import { splitRepository } from '../../domain/alert/repository-name.ts';
import type { AlertSource } from '../../domain/alert/source.ts';
import type { Tenants } from '../../ports/access/tenants.ts';
import type { BaseReader, RepositoryFinder } from '../../ports/host/vcs.ts';
import { groundOf, type Ground } from '../access/link-repository.ts';

/** What looking for the ground needs. */
export interface GroundForIncidentDeps {
  readonly store: { readonly tenants: Pick<Tenants, 'ownerOf'> };
  readonly host: BaseReader & RepositoryFinder;
  readonly alertSources: ReadonlyMap<string, AlertSource>;
}

/**
 * Where the fix of an incident begins, or why that cannot be: its repository must be its tenant's, with the branch that its
 * source names.
 * @throws AppError retryable when the host does not say.
 */
export async function groundForIncident(
  deps: GroundForIncidentDeps,
  incident: Pick<Incident, 'repository' | 'tenantId' | 'source'>,
): Promise<Ground | { readonly refusal: string }> {
  const { provider, name } = splitRepository(incident.repository);
  const ground = await groundOf(deps, provider, name);
  if ('refusal' in ground) return ground;
  if ((await deps.store.tenants.ownerOf(ground.repo)) !== incident.tenantId)
    return { refusal: `${incident.repository} is no repository of the tenant ${incident.tenantId}` };
  const ref = deps.alertSources
    .get(incident.source)
    ?.projects.find((one) => one.provider === provider && one.repository === name)?.base;
  if (ref === undefined) return ground;
  const sha = await deps.host.branchHead(ground.repo, ref);
  return sha === undefined ? { refusal: `${name} has no branch ${ref}` } : { repo: ground.repo, base: { ref, sha } };
}
