-- Tenants. Whatever existed before belongs to the first one.
create table tenant (
  id text primary key check (id ~ '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null check (length(name) between 1 and 255),
  created_at timestamptz(3) not null default now()
);
insert into tenant (id, name) values ('default', 'Default');

-- Which tenant a repository's requests belong to; those of no tenant belong to the first one.
create table tenant_repository (
  provider text not null,
  repo_id bigint not null,
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  created_at timestamptz(3) not null default now(),
  primary key (provider, repo_id)
);

alter table request
  add column tenant_id text not null default 'default' references tenant (id) on delete restrict on update restrict;

-- What lists of runs are filtered by stands in the run itself, so that each list is one walk along one index. The version
-- before this one goes on writing runs without it.
alter table run
  add column tenant_id text not null default 'default' references tenant (id) on delete restrict on update restrict,
  add column provider text,
  add column repo_id bigint,
  add column requester_id bigint;
update run set provider = request.provider, repo_id = request.repo_id, requester_id = request.requester_id
from request where request.id = run.request_id;

create index request_history on request (tenant_id, created_at, id);
create index run_history on run (tenant_id, created_at, id);
create index run_history_repo on run (tenant_id, provider, repo_id, created_at, id);
create index run_history_status on run (tenant_id, status, created_at, id);
create index run_history_requester on run (tenant_id, provider, requester_id, created_at, id);
create index run_change on run (tenant_id, created_at, id) where change is not null;

-- Keys of API clients. The key itself is nowhere: `key_hash` is its HMAC under a pepper that the database does not hold.
create table api_key (
  id uuid primary key,
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  owner text not null check (length(owner) between 1 and 255),
  name text not null check (length(name) between 1 and 255),
  preview text not null,
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'run', 'sandbox', 'admin']),
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
create index api_key_tenant on api_key (tenant_id, created_at, id);
