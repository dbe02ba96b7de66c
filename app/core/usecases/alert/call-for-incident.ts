import { INCIDENT_EVENT, type IncidentCall } from '../../contracts/incident-call.ts';
import type { Incident } from '../../domain/alert/incident.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Inbox } from '../../ports/store.ts';
import { uuidOf } from '../intake/derive-id.ts';

/** What calling needs. */
export interface CallForIncidentDeps {
  readonly store: { readonly inbox: Inbox };
  readonly runtime: Runtime;
}

/**
 * Puts on record that an incident is to have its issue and its request, as a delivery of our own that a worker reads like any
 * other; once each time it is begun with. `back`: what is known of it when the failure came back.
 * @throws AppError `unavailable` when it is not on record.
 */
export async function callForIncident(
  { store, runtime }: CallForIncidentDeps,
  { id, round, begunAt }: Pick<Incident, 'id' | 'round' | 'begunAt'>,
  back: Pick<IncidentCall, 'former' | 'release'> | null,
): Promise<void> {
  const call: IncidentCall = { incident_id: id, round, former: null, release: null, ...back };
  const guid = uuidOf(runtime, `incident/${id}/${round}/${begunAt ?? ''}`);
  const body = new TextEncoder().encode(JSON.stringify(call));
  const delivery = { id: guid, guid, provider: 'api', event: INCIDENT_EVENT, body } as const;
  // The body may have come out differently when this was done before; the guid is the same.
  await store.inbox.record({ ...delivery, bodySha256: runtime.sha256(`${guid}/${runtime.sha256(body)}`) });
}
