import { z } from 'zod';
import { OCCASIONS, TRACKERS } from '#core/domain/alert/alert.ts';
import type { Alerts, ListedAlert, RecordedAlert } from '#core/ports/alerts.ts';
import type { Database } from '../database/database.ts';
import { storableJson, storableText } from '../database/storable.ts';

const COLUMNS = `id, tenant_id, source, tracker, occasion, issue_id, issue_url, projects, title, level, environment, release,
  repository, cause, account, outcome, created_at`;

/** One value for all rows: a list of lists, as the projects would be, cannot be taken apart by `unnest`. */
const RECORD = `
  insert into alert (delivery_id, ${COLUMNS})
  select $1::uuid, ${COLUMNS} from jsonb_to_recordset($2::jsonb) as told(
    id uuid, tenant_id text, source text, tracker text, occasion text, issue_id text, issue_url text, projects text[],
    title text, level text, environment text, release text, repository text, cause text, account text,
    outcome text, created_at timestamptz)
  where exists (select from tenant where tenant.id = told.tenant_id)
  on conflict do nothing
  returning id`;

const RECORDED = 'select id from alert where delivery_id = $1::uuid limit 1';

const listed = (which: string): string => `
  select ${COLUMNS}, incident_id from alert
  where tenant_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2::timestamptz, $3::uuid)) ${which}
  order by created_at desc, id desc limit $4`;

const LIST = listed('');
const OF_INCIDENT = listed('and incident_id = $5::uuid');

const FIND = `select ${COLUMNS}, incident_id from alert where tenant_id = $1 and id = $2::uuid`;

const IdRow = z.object({ id: z.string() });
const AlertRow = z.object({
  id: z.string(),
  tenant_id: z.string(),
  source: z.string(),
  tracker: z.enum(TRACKERS),
  occasion: z.enum(OCCASIONS),
  issue_id: z.string(),
  issue_url: z.string().nullable(),
  projects: z.array(z.string()),
  title: z.string(),
  level: z.string().nullable(),
  environment: z.string().nullable(),
  release: z.string().nullable(),
  repository: z.string().nullable(),
  cause: z.string().nullable(),
  account: z.string().nullable(),
  outcome: z.string(),
  created_at: z.date(),
  incident_id: z.string().nullable(),
});

function storedAlert(stored: z.infer<typeof AlertRow>): ListedAlert {
  const { tenant_id: tenantId, issue_id: issueId, issue_url: issueUrl, incident_id: incidentId, ...more } = stored;
  const { created_at: createdAt, ...row } = more;
  return { ...row, tenantId, issueId, issueUrl, incidentId, createdAt: createdAt.toISOString() };
}

function rowOf({ tenantId, issueId, issueUrl, createdAt, ...alert }: RecordedAlert) {
  return { ...alert, tenant_id: tenantId, issue_id: issueId, issue_url: issueUrl, created_at: createdAt };
}

/** Alerts on a database. */
export function openAlerts({ rows }: Database): Alerts {
  return {
    async record(deliveryId, alerts) {
      const values = [deliveryId, storableJson(alerts.map(rowOf))];
      const action = 'Recording alerts';
      const written = await rows(IdRow, { action, text: RECORD, values });
      if (written.length > 0) return 'recorded';
      return (await rows(IdRow, { action, text: RECORDED, values: [deliveryId] })).length > 0 ? 'recorded' : 'nobodys';
    },
    async conclude(id, outcome) {
      const text = 'update alert set outcome = $2 where id = $1::uuid returning id';
      await rows(IdRow, { action: 'Noting what became of an alert', text, values: [id, storableText(outcome)] });
    },
    async list(tenantId, { after, countMax, incidentId }) {
      const page = [tenantId, after?.createdAt ?? null, after?.id ?? null, countMax];
      const [text, values] = incidentId === undefined ? [LIST, page] : [OF_INCIDENT, [...page, incidentId]];
      return (await rows(AlertRow, { action: 'Listing alerts', text, values })).map(storedAlert);
    },
    async find(tenantId, id) {
      if (!z.uuid().safeParse(id).success) return undefined;
      const [row] = await rows(AlertRow, { action: 'Reading an alert', text: FIND, values: [tenantId, id] });
      return row && storedAlert(row);
    },
  };
}
