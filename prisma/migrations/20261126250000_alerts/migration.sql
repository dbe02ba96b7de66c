-- What error trackers tell: a delivery of one is on record like any other, and what it says in a table of its own.
alter table "delivery" drop constraint "delivery_provider_check";
alter table "delivery" add constraint "delivery_provider_check"
  check ("provider" in ('github', 'gitlab', 'sentry', 'glitchtip', 'api')) not valid;

create table alert (
  id uuid primary key,
  delivery_id uuid not null references delivery (id) on delete restrict on update restrict,
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  source text not null,
  tracker text not null check (tracker in ('sentry', 'glitchtip')),
  occasion text not null check (occasion in ('fired', 'created', 'regressed', 'escalating', 'resolved', 'reopened')),
  issue_id text not null,
  issue_url text,
  projects text[] not null,
  title text not null,
  level text,
  environment text,
  release text,
  repository text,
  cause text,
  account text,
  outcome text not null,
  created_at timestamptz(3) not null
);
create index alert_tenant_created on alert (tenant_id, created_at, id);
create index alert_delivery on alert (delivery_id);
create index alert_issue on alert (source, issue_id);
