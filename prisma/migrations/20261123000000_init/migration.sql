-- Closed lists are check constraints and not enum types: a constraint can be widened in one transactional statement.

create table "delivery" (
  "id" uuid not null,
  "provider" text not null,
  "guid" text not null,
  "event" text not null,
  "body_sha256" text not null,
  "body" bytea,
  "received_at" timestamptz(3) not null default current_timestamp,
  "settled_at" timestamptz(3),
  "outcome" text,
  "swept_at" timestamptz(3),
  constraint "delivery_pkey" primary key ("id"),
  constraint "delivery_provider_check" check ("provider" in ('github')),
  constraint "delivery_body_sha256_check" check ("body_sha256" ~ '^[0-9a-f]{64}$'),
  constraint "delivery_settled_check" check (("settled_at" is null) = ("outcome" is null)),
  constraint "delivery_body_check" check ("body" is not null or "settled_at" is not null)
);

-- Bodies are compressed by lz4 where the server has it: pglz costs more time than the write itself.
do $$ begin
  alter table "delivery" alter column "body" set compression lz4;
exception when others then null;
end $$;

create unique index "delivery_provider_guid_key" on "delivery" ("provider", "guid");
create unique index "delivery_provider_body_sha256_key" on "delivery" ("provider", "body_sha256");
create index "delivery_unsettled_idx" on "delivery" ("received_at") where "settled_at" is null;
create index "delivery_prunable_idx" on "delivery" ("settled_at") where "body" is not null and "settled_at" is not null;

create table "request" (
  "id" uuid not null,
  "delivery_id" uuid not null,
  "provider" text not null,
  "installation_id" bigint not null,
  "repo_id" bigint not null,
  "repo_owner" text not null,
  "repo_name" text not null,
  "thread_kind" text not null,
  "thread_number" integer not null,
  "thread_title" text not null,
  "thread_body" text not null,
  "trigger" jsonb not null,
  "requester_id" bigint not null,
  "requester_login" text not null,
  "requester_bot" boolean not null,
  "prompt" text not null,
  "state" text not null,
  "base_ref" text not null,
  "base_sha" text not null,
  "version" integer not null,
  "log_length" integer not null default 0,
  "created_at" timestamptz(3) not null,
  "updated_at" timestamptz(3) not null default current_timestamp,
  "report_holder" text,
  "report_lease_until" timestamptz(3),
  "reported_version" integer not null default 0,
  "reported_at" timestamptz(3),
  "swept_at" timestamptz(3),
  constraint "request_pkey" primary key ("id"),
  constraint "request_delivery_id_fkey" foreign key ("delivery_id") references "delivery" ("id") on delete restrict on update restrict,
  constraint "request_provider_check" check ("provider" in ('github')),
  constraint "request_thread_kind_check" check ("thread_kind" in ('issue', 'pull')),
  constraint "request_state_check" check ("state" in ('RECEIVED', 'EXECUTING', 'PATCH_READY', 'MR_OPENED', 'DONE', 'FAILED')),
  constraint "request_version_check" check ("version" >= 1 and "reported_version" between 0 and "version"),
  constraint "request_log_length_check" check ("log_length" >= 0),
  constraint "request_report_lease_check" check (("report_holder" is null) = ("report_lease_until" is null))
);

create unique index "request_delivery_id_key" on "request" ("delivery_id");
create index "request_provider_repo_id_thread_number_idx" on "request" ("provider", "repo_id", "thread_number");
create index "request_unreported_idx" on "request" ("updated_at") where "reported_version" < "version";

create table "run" (
  "id" uuid not null,
  "request_id" uuid not null,
  "epoch" integer not null default 0,
  "status" text not null,
  "cancel_requested" boolean not null default false,
  "claims" integer not null default 0,
  "holder" text,
  "heard_at" timestamptz(3),
  "resume_at" timestamptz(3),
  "provisioner" text,
  "final_message" text,
  "usage" jsonb not null,
  "commands" jsonb not null,
  "failure" jsonb,
  "change" jsonb,
  "created_at" timestamptz(3) not null,
  "started_at" timestamptz(3),
  "finished_at" timestamptz(3),
  "updated_at" timestamptz(3) not null default current_timestamp,
  "swept_at" timestamptz(3),
  constraint "run_pkey" primary key ("id"),
  constraint "run_request_id_fkey" foreign key ("request_id") references "request" ("id") on delete restrict on update restrict,
  constraint "run_status_check" check ("status" in (
    'queued', 'provisioning', 'running', 'publishing', 'succeeded', 'unchanged', 'failed', 'timed_out', 'cancelled')),
  constraint "run_epoch_check" check ("epoch" >= 0 and "claims" >= 0),
  constraint "run_held_check" check (("holder" is null) = ("heard_at" is null))
);

create index "run_request_id_created_at_idx" on "run" ("request_id", "created_at");
create index "run_unsettled_idx" on "run" ("updated_at") where "status" in ('queued', 'provisioning', 'running', 'publishing');

create table "run_result" (
  "run_id" uuid not null,
  "patch" bytea,
  "session_thread_id" text,
  "session_record" bytea,
  "kept_at" timestamptz(3) not null default current_timestamp,
  constraint "run_result_pkey" primary key ("run_id"),
  constraint "run_result_run_id_fkey" foreign key ("run_id") references "run" ("id") on delete restrict on update restrict,
  constraint "run_result_session_check" check (("session_thread_id" is null) = ("session_record" is null))
);

create table "run_log" (
  "request_id" uuid not null,
  "position" integer not null,
  "run_id" uuid not null,
  "event" jsonb not null,
  constraint "run_log_pkey" primary key ("request_id", "position"),
  constraint "run_log_request_id_fkey" foreign key ("request_id") references "request" ("id") on delete restrict on update restrict,
  constraint "run_log_run_id_fkey" foreign key ("run_id") references "run" ("id") on delete restrict on update restrict,
  constraint "run_log_position_check" check ("position" >= 1)
);

create index "run_log_run_id_position_idx" on "run_log" ("run_id", "position");

create table "effect" (
  "subject_id" uuid not null,
  "kind" text not null,
  "state" text not null default 'planned',
  "external_id" text,
  "url" text,
  "planned_at" timestamptz(3) not null default current_timestamp,
  "sent_at" timestamptz(3),
  "confirmed_at" timestamptz(3),
  constraint "effect_pkey" primary key ("subject_id", "kind"),
  constraint "effect_kind_check" check ("kind" in ('reaction', 'comment', 'check-run', 'pull-request', 'reply')),
  constraint "effect_state_check" check ("state" in ('planned', 'sent', 'confirmed')),
  constraint "effect_confirmed_check" check (
    ("state" = 'confirmed') = ("external_id" is not null)
    and ("state" = 'confirmed') = ("url" is not null)
    and ("state" = 'confirmed') = ("confirmed_at" is not null))
);

create table "outbox" (
  "position" bigserial not null,
  "id" uuid not null default gen_random_uuid(),
  "name" text not null,
  "payload" jsonb not null,
  "not_before" timestamptz(3) not null default current_timestamp,
  "taken_until" timestamptz(3),
  constraint "outbox_pkey" primary key ("position")
);
