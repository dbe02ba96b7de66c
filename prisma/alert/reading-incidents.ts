import { z } from 'zod';
import type { Incident } from '#core/domain/alert/incident.ts';
import type { Incidents } from '#core/ports/incidents.ts';
import type { Database } from '../database/database.ts';
import { INCIDENT_COLUMNS, StoredIncident } from './stored-incident.ts';

/** An incident by its id. */
export const READ = `select ${INCIDENT_COLUMNS} from incident where id = $1::uuid`;
/** An incident by an alert of it. */
export const OF_ALERT = `select ${INCIDENT_COLUMNS} from incident where id = (select incident_id from alert where id = $1::uuid)`;
const OF_REQUEST = `select ${INCIDENT_COLUMNS} from incident where request_id = $1::uuid`;
const PAUSED = `
  select ${INCIDENT_COLUMNS} from incident where storm_id = $1::uuid and state = 'paused' order by last_at, id limit $2`;
const FIND = `select ${INCIDENT_COLUMNS} from incident where tenant_id = $1 and id = $2::uuid`;
const LIST = `
  select ${INCIDENT_COLUMNS} from incident
  where tenant_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2::timestamptz, $3::uuid))
    and ($5::text is null or state = $5)
  order by created_at desc, id desc limit $4`;

/** What only reads incidents, on a database. */
export function readingIncidents({
  rows,
}: Database): Pick<Incidents, 'read' | 'ofRequest' | 'pausedIn' | 'list' | 'find'> {
  const many = (action: string, text: string, values: readonly unknown[]): Promise<Incident[]> =>
    rows(StoredIncident, { action, text, values });
  return {
    read: async (id) => (await many('Reading an incident', READ, [id]))[0],
    ofRequest: async (id) => (await many('Reading the incident of a request', OF_REQUEST, [id]))[0],
    pausedIn: (id, countMax) => many('Reading a storm', PAUSED, [id, countMax]),
    list: (tenantId, { after, countMax, state = null }) =>
      many('Listing incidents', LIST, [tenantId, after?.createdAt ?? null, after?.id ?? null, countMax, state]),
    async find(tenantId, id) {
      if (!z.uuid().safeParse(id).success) return undefined;
      return (await many('Reading an incident', FIND, [tenantId, id]))[0];
    },
  };
}
