import type { ApiCall } from '../../contracts/api-call.ts';
import type { WorkOptions } from '../../contracts/http/new-requests.ts';
import type { Identity } from '../../domain/rules/access.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { callerActor } from '../access/caller-actor.ts';

/** What every call begins with: which one it is, and who calls. */
export function callOf(
  deps: { readonly runtime: Runtime },
  identity: Identity,
  id: string,
): Pick<ApiCall, 'id' | 'tenant_id' | 'by'> {
  return { id, tenant_id: identity.tenantId, by: callerActor(deps.runtime, identity) };
}

/** The options of a call without those that were left open. */
export function optionsOf({ llm_model: model, reasoning_effort: effort }: WorkOptions) {
  return {
    ...(model === undefined || model === null ? {} : { llm_model: model }),
    ...(effort === undefined || effort === null ? {} : { reasoning_effort: effort }),
  };
}
