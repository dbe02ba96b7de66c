-- Alerts of one cause are one incident, which has at most one request at a time.
create table incident (
  id uuid primary key,
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  source text not null,
  tracker text not null check (tracker in ('sentry', 'glitchtip')),
  repository text not null,
  kind text not null check (kind in ('cause', 'storm')),
  state text not null check (state in ('recorded', 'paused', 'begun', 'merged', 'closed')),
  act text not null check (act in ('record', 'propose', 'fix')),
  reason text,
  title text not null,
  level text,
  environment text,
  issue_ids text[] not null,
  issue_url text,
  releases text[] not null,
  release_sha text,
  places text[] not null,
  account text not null,
  alerts integer not null,
  round integer not null,
  -- No reference: a tenant's incidents are erased in parts of any order.
  storm_id uuid,
  -- Noted before the request is made, and left when that is forgotten.
  request_id uuid,
  thread_number integer,
  thread_url text,
  paths text[] not null,
  paths_at double precision,
  merged_sha text,
  merged_at timestamptz(3),
  begun_at timestamptz(3),
  -- The version of its request up to which everybody was told.
  told_version integer not null default 0,
  swept_at timestamptz(3),
  created_at timestamptz(3) not null,
  last_at timestamptz(3) not null
);
create index incident_tenant_created on incident (tenant_id, created_at, id);
create index incident_request on incident (request_id);
create index incident_storm on incident (storm_id);
create index incident_source on incident (tenant_id, source, state);

-- By what an alert finds its incident: its issue, its cause. The row comes before the incident, so that of two alerts at once one makes it.
create table incident_key (
  key text primary key,
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  incident_id uuid not null
);
create index incident_key_incident on incident_key (incident_id);

-- When requests of a source were begun lately, by which a storm is told.
create table incident_flow (
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  source text not null,
  begun timestamptz(3)[] not null,
  primary key (tenant_id, source)
);

alter table alert add column incident_id uuid references incident (id) on delete restrict on update restrict;
create index alert_incident on alert (incident_id);

alter table "effect" drop constraint "effect_kind_check";
alter table "effect" add constraint "effect_kind_check" check ("kind" in (
  'reaction', 'comment', 'check-run', 'gate-check', 'config-check', 'pull-request', 'reply', 'review', 'issue', 'tracker-comment', 'tracker-state',
  'notice')) not valid;
