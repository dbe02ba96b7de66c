-- Only adds: the version before runs on these tables as well, since every new column has a default or may be null.

alter table "run"
  add column "tries" integer not null default 0,
  add column "cost_usd" double precision,
  add column "blocked" jsonb not null default '{}',
  add column "saved_branch" text,
  add column "call_bytes" bigint not null default 0,
  add constraint "run_tries_check" check ("tries" >= 0),
  add constraint "run_cost_usd_check" check ("cost_usd" >= 0),
  add constraint "run_blocked_check" check (jsonb_typeof("blocked") = 'object'),
  add constraint "run_saved_branch_check" check ("saved_branch" <> ''),
  add constraint "run_call_bytes_check" check ("call_bytes" >= 0);

create index "run_calls_prunable_idx" on "run" ("updated_at")
  where "call_bytes" > 0 and "status" not in ('queued', 'provisioning', 'running', 'publishing');

create table "model_call" (
  "run_id" uuid not null,
  "bytes_before" bigint not null,
  "epoch" integer not null,
  "started_at" timestamptz(3) not null,
  "took_ms" integer not null,
  "status" integer not null,
  "model" text,
  "usage" jsonb,
  "request" bytea not null,
  "response" bytea not null,
  "cut" boolean not null,
  constraint "model_call_pkey" primary key ("run_id", "bytes_before"),
  constraint "model_call_run_id_fkey" foreign key ("run_id") references "run" ("id") on delete restrict on update restrict,
  constraint "model_call_bytes_check" check ("bytes_before" >= 0),
  constraint "model_call_epoch_check" check ("epoch" >= 0),
  constraint "model_call_took_ms_check" check ("took_ms" >= 0),
  constraint "model_call_status_check" check ("status" between 100 and 599),
  constraint "model_call_usage_check" check (jsonb_typeof("usage") = 'object')
);

-- The bodies are compressed already: trying again would only cost time.
alter table "model_call"
  alter column "request" set storage external,
  alter column "response" set storage external;
