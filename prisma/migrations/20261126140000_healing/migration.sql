-- Up to when the host's own list of deliveries was compared with ours, and when it is somebody's turn again.
create table "healing" (
  "provider" text not null,
  "healed_to" timestamptz(3),
  "due_at" timestamptz(3) not null default current_timestamp,
  constraint "healing_pkey" primary key ("provider"),
  constraint "healing_provider_check" check ("provider" in ('github', 'gitlab'))
);

-- Deliveries that never reached us, by the host's word; that one came after all shows in "delivery".
create table "missed_delivery" (
  "provider" text not null,
  "guid" text not null,
  "external_id" text not null,
  "delivered_at" timestamptz(3) not null,
  "found_at" timestamptz(3) not null default current_timestamp,
  "tries" integer not null default 0,
  "try_at" timestamptz(3) not null default current_timestamp,
  constraint "missed_delivery_pkey" primary key ("provider", "guid"),
  constraint "missed_delivery_provider_check" check ("provider" in ('github', 'gitlab'))
);

create index "missed_delivery_provider_try_at_idx" on "missed_delivery" ("provider", "try_at");
create index "missed_delivery_provider_found_at_idx" on "missed_delivery" ("provider", "found_at");
