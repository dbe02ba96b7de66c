-- Conversations: further words to a request, runs that go on from earlier ones, approvals, and GitLab as a second host.

alter table "delivery" drop constraint "delivery_provider_check";
alter table "delivery" add constraint "delivery_provider_check" check ("provider" in ('github', 'gitlab'));

alter table "request" drop constraint "request_provider_check";
alter table "request" add constraint "request_provider_check" check ("provider" in ('github', 'gitlab'));
alter table "request" drop constraint "request_state_check";
alter table "request" add constraint "request_state_check" check ("state" in (
  'RECEIVED', 'PLAN_READY', 'EXECUTING', 'PATCH_READY', 'MR_OPENED', 'REVIEWED', 'DONE', 'FAILED'));
alter table "request" add column "ended" text;
alter table "request" add constraint "request_ended_check" check (
  "ended" is null or "ended" in ('merged', 'closed', 'branch-deleted', 'access-lost'));

alter table "run" drop constraint "run_status_check";
alter table "run" add constraint "run_status_check" check ("status" in (
  'queued', 'provisioning', 'running', 'publishing', 'awaiting_approval', 'succeeded', 'unchanged', 'failed', 'timed_out',
  'cancelled'));
-- Null in the runs of an older version: what was asked, and nothing special about it.
alter table "run" add column "task" jsonb;
alter table "run" add column "cancel_reason" text;
alter table "run" add column "plan" text;
alter table "run" add column "awaiting" jsonb;
alter table "run" add column "approved" jsonb;

-- A request has one run under way at most: whoever starts another meets this index.
create unique index "run_under_way_key" on "run" ("request_id")
  where "status" in ('queued', 'provisioning', 'running', 'publishing', 'awaiting_approval');

create table "message" (
  "id" uuid not null,
  "request_id" uuid not null,
  "delivery_id" uuid not null,
  "run_id" uuid,
  "actor_id" bigint not null,
  "actor_login" text not null,
  "actor_bot" boolean not null,
  "thread_kind" text not null,
  "thread_number" integer not null,
  "trigger" jsonb not null,
  "text" text not null,
  "fix" boolean not null default false,
  "taken_back" boolean not null default false,
  "created_at" timestamptz(3) not null,
  "swept_at" timestamptz(3),
  constraint "message_pkey" primary key ("id"),
  constraint "message_thread_kind_check" check ("thread_kind" in ('issue', 'pull')),
  constraint "message_request_id_fkey" foreign key ("request_id") references "request" ("id") on delete restrict on update restrict,
  constraint "message_run_id_fkey" foreign key ("run_id") references "run" ("id") on delete restrict on update restrict,
  constraint "message_delivery_id_fkey" foreign key ("delivery_id") references "delivery" ("id") on delete restrict on update restrict
);

create unique index "message_delivery_id_key" on "message" ("delivery_id");
create index "message_request_id_created_at_idx" on "message" ("request_id", "created_at");
create index "message_run_id_idx" on "message" ("run_id");
create index "message_waiting_idx" on "message" ("created_at") where "run_id" is null and not "taken_back";

create table "approval" (
  "id" uuid not null,
  "run_id" uuid not null,
  "delivery_id" uuid not null,
  "decision" text not null,
  "subject" text not null,
  "digest" text not null,
  "policy_version" text not null,
  "actor_id" bigint not null,
  "actor_login" text not null,
  "reason" text not null,
  "created_at" timestamptz(3) not null default current_timestamp,
  constraint "approval_pkey" primary key ("id"),
  constraint "approval_run_id_fkey" foreign key ("run_id") references "run" ("id") on delete restrict on update restrict,
  constraint "approval_delivery_id_fkey" foreign key ("delivery_id") references "delivery" ("id") on delete restrict on update restrict,
  constraint "approval_decision_check" check ("decision" in ('approve', 'reject')),
  constraint "approval_subject_check" check ("subject" in ('plan', 'publish'))
);

create unique index "approval_delivery_id_key" on "approval" ("delivery_id");
create index "approval_run_id_idx" on "approval" ("run_id");

-- Hosts that people allowed by a comment; without a request, for the whole repository.
create table "allowed_host" (
  "delivery_id" uuid not null,
  "provider" text not null,
  "repo_id" bigint not null,
  "request_id" uuid,
  "host" text not null,
  "actor_id" bigint not null,
  "actor_login" text not null,
  "created_at" timestamptz(3) not null default current_timestamp,
  constraint "allowed_host_pkey" primary key ("delivery_id"),
  constraint "allowed_host_delivery_id_fkey" foreign key ("delivery_id") references "delivery" ("id") on delete restrict on update restrict,
  constraint "allowed_host_request_id_fkey" foreign key ("request_id") references "request" ("id") on delete restrict on update restrict,
  constraint "allowed_host_provider_check" check ("provider" in ('github', 'gitlab'))
);

create index "allowed_host_provider_repo_id_idx" on "allowed_host" ("provider", "repo_id");

-- What a cut agent left, for a later run to go on from.
alter table "run_result" add column "unfinished" bytea;

alter table "effect" drop constraint "effect_kind_check";
alter table "effect" add constraint "effect_kind_check" check ("kind" in (
  'reaction', 'comment', 'check-run', 'gate-check', 'config-check', 'pull-request', 'reply', 'review'));
