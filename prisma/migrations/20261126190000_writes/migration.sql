-- What clients ask through the API. A call that changes something is on record as a delivery of its own kind.
alter table "delivery" drop constraint "delivery_provider_check";
alter table "delivery" add constraint "delivery_provider_check" check ("provider" in ('github', 'gitlab', 'api'));

-- Such a request was said in no thread; a process of the version before this one does not read it, and fails on nothing else.
alter table "request"
  alter column "thread_kind" drop not null,
  alter column "thread_number" drop not null,
  alter column "thread_title" drop not null,
  alter column "thread_body" drop not null,
  alter column "trigger" drop not null,
  add column "link_id" uuid,
  add column "source" text,
  add column "sender" text;
alter table "request" add constraint "request_origin_check" check (
  ("thread_kind" is null) = ("source" is not null) and ("link_id" is null) = ("source" is null)
  and ("thread_number" is null) = ("thread_kind" is null) and ("trigger" is null) = ("thread_kind" is null));

alter table "message"
  alter column "thread_kind" drop not null,
  alter column "thread_number" drop not null,
  alter column "trigger" drop not null;
alter table "message" add constraint "message_origin_check" check (
  ("thread_number" is null) = ("thread_kind" is null) and ("trigger" is null) = ("thread_kind" is null));

create table repository_link (
  id uuid primary key,
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  provider text not null check (provider in ('github', 'gitlab')),
  installation_id bigint not null,
  repo_id bigint not null,
  repo_owner text not null,
  repo_name text not null,
  approval text not null check (approval in ('none', 'plan', 'publish')),
  created_by text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create unique index repository_link_repo on repository_link (tenant_id, provider, repo_id);
create index repository_link_provider_repo on repository_link (provider, repo_id);

-- No foreign key: what came with words is on record before the words are, so that no run begins without it.
create table attachment (
  subject_id uuid not null,
  position integer not null check (position >= 1),
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  name text not null,
  content_type text not null,
  bytes bytea not null,
  created_at timestamptz(3) not null default now(),
  primary key (subject_id, position)
);
create index attachment_tenant on attachment (tenant_id);

-- What calls with an Idempotency-Key were answered; forgotten after a day.
create table idempotent_call (
  tenant_id text not null references tenant (id) on delete restrict on update restrict,
  key_sha256 text not null check (key_sha256 ~ '^[0-9a-f]{64}$'),
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  begun_at timestamptz(3) not null default now(),
  answer jsonb,
  primary key (tenant_id, key_sha256)
);
create index idempotent_call_begun on idempotent_call (begun_at);

-- Who answers for a key, whatever they are called; keys of before are known by the name.
alter table api_key add column owner_id text;
