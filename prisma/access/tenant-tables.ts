import { FIRST_TENANT } from '#core/domain/rules/tenant.ts';

/** What of a table belongs to tenant $1. */
export interface TenantTable {
  readonly table: string;
  /** Condition on a row of the table. */
  readonly where: string;
  /** Whether its rows were brought by deliveries, which go with them. */
  readonly delivered?: true;
}

const REQUESTS = '(select id from request where tenant_id = $1)';
const RUNS = '(select id from run where tenant_id = $1)';
/** For a table with columns `provider` and `repo_id`: the repository's new requests would belong to the tenant. */
const ownedRepository = (table: string): string => `$1 = coalesce((
  select owned.tenant_id from tenant_repository as owned
  where owned.provider = ${table}.provider and owned.repo_id = ${table}.repo_id), '${FIRST_TENANT}')`;

const INCIDENTS = '(select id from incident where tenant_id = $1)';

const DELIVERIES = `(
  select delivery_id from request where tenant_id = $1
  union all select delivery_id from message where request_id in ${REQUESTS}
  union all select delivery_id from approval where run_id in ${RUNS}
  union all select delivery_id from allowed_host where ${ownedRepository('allowed_host')}
  union all select delivery_id from heard where ${ownedRepository('heard')}
  union all select delivery_id from alert where tenant_id = $1)`;

/**
 * The repository in an address: of GitLab what stands before `/-/`, of GitHub the first two names, which an API address has
 * after `repos`. Answers and checks that belong to no request are known by nothing else.
 */
const REPOSITORY_OF_URL = `lower(coalesce(
  substring(url from '^https?://[^/]+/(.+?)/-/'),
  substring(url from '^https?://[^/]+/(?:api/v3/)?(?:repos/)?([^/]+/[^/]+)')))`;
const NAMES = `(
  select lower(repo_owner || '/' || repo_name) from request where tenant_id = $1
  except select lower(repo_owner || '/' || repo_name) from request where tenant_id <> $1)`;

/**
 * Every table that holds something of a tenant, in the order in which its rows can go: what refers to others comes first.
 * A table that is neither here nor named as belonging to nobody fails the build (test/prisma/erase-tenant.test.ts).
 */
export const TENANT_TABLES: readonly TenantTable[] = [
  // First, so that nobody begins anything meanwhile.
  { table: 'api_key', where: 'tenant_id = $1' },
  { table: 'user_session', where: 'tenant_id = $1' },
  { table: 'sign_in_link', where: 'tenant_id = $1' },
  { table: 'repository_link', where: 'tenant_id = $1' },
  { table: 'idempotent_call', where: 'tenant_id = $1' },
  { table: 'attachment', where: 'tenant_id = $1' },
  {
    table: 'outbox',
    where: `(payload->>'runId')::uuid in ${RUNS} or (payload->>'requestId')::uuid in ${REQUESTS}
      or (payload->>'deliveryId')::uuid in ${DELIVERIES} or (payload->>'incidentId')::uuid in ${INCIDENTS}`,
  },
  {
    table: 'effect',
    where: `subject_id in ${REQUESTS} or subject_id in ${RUNS}
      or subject_id in ${INCIDENTS} or subject_id in (select id from message where request_id in ${REQUESTS}) or ${REPOSITORY_OF_URL} in ${NAMES}`,
  },
  { table: 'approval', where: `run_id in ${RUNS}`, delivered: true },
  { table: 'message', where: `request_id in ${REQUESTS}`, delivered: true },
  {
    table: 'allowed_host',
    where: `request_id in ${REQUESTS} or (request_id is null and ${ownedRepository('allowed_host')})`,
    delivered: true,
  },
  { table: 'heard', where: ownedRepository('heard'), delivered: true },
  { table: 'listened', where: ownedRepository('listened') },
  { table: 'alert', where: 'tenant_id = $1', delivered: true },
  { table: 'incident', where: 'tenant_id = $1' },
  { table: 'incident_key', where: 'tenant_id = $1' },
  { table: 'incident_flow', where: 'tenant_id = $1' },
  { table: 'run_log', where: `request_id in ${REQUESTS}` },
  { table: 'model_call', where: `run_id in ${RUNS}` },
  { table: 'run_result', where: `run_id in ${RUNS}` },
  { table: 'run', where: 'tenant_id = $1' },
  { table: 'request', where: 'tenant_id = $1', delivered: true },
  { table: 'tenant_repository', where: 'tenant_id = $1' },
  { table: 'tenant', where: `id = $1 and id <> '${FIRST_TENANT}'` },
];
