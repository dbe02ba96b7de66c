-- When an installation last made something on its host, shared by all workers.
create table "write_budget" (
  "provider" text not null,
  "installation_id" bigint not null,
  "granted" jsonb not null,
  "closed_until" timestamptz(3),
  "version" integer not null,
  constraint "write_budget_pkey" primary key ("provider", "installation_id"),
  constraint "write_budget_provider_check" check ("provider" in ('github', 'gitlab'))
);
