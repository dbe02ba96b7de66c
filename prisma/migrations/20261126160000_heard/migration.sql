-- Why the host's own list of deliveries is not compared with ours, or not all of it.
alter table "healing" add column "hindered" text;

-- Words that were heard, and the one delivery that may act on them, whichever of several brought them first.
create table "heard" (
  "provider" text not null,
  "repo_id" bigint not null,
  "kind" text not null,
  "external_id" text not null,
  "delivery_id" uuid not null,
  "heard_at" timestamptz(3) not null default current_timestamp,
  constraint "heard_pkey" primary key ("provider", "repo_id", "kind", "external_id"),
  constraint "heard_provider_check" check ("provider" in ('github', 'gitlab')),
  constraint "heard_kind_check" check ("kind" in ('thread', 'comment', 'review', 'review-comment')),
  constraint "heard_delivery_id_fkey" foreign key ("delivery_id") references "delivery" ("id") on delete restrict on update restrict
);

create index "heard_heard_at_idx" on "heard" ("heard_at");

-- When it is somebody's turn again to ask a host for its repositories.
create table "listening" (
  "provider" text not null,
  "due_at" timestamptz(3) not null default current_timestamp,
  constraint "listening_pkey" primary key ("provider"),
  constraint "listening_provider_check" check ("provider" in ('github', 'gitlab'))
);

-- Up to when all that was said in a repository was looked at for words that no delivery brought.
create table "listened" (
  "provider" text not null,
  "repo_id" bigint not null,
  "installation_id" bigint not null,
  "repo_owner" text not null,
  "repo_name" text not null,
  "begun_at" timestamptz(3) not null default current_timestamp,
  "heard_to" timestamptz(3),
  "due_at" timestamptz(3) not null default current_timestamp,
  "named_at" timestamptz(3) not null default current_timestamp,
  constraint "listened_pkey" primary key ("provider", "repo_id"),
  constraint "listened_provider_check" check ("provider" in ('github', 'gitlab'))
);

create index "listened_provider_due_at_idx" on "listened" ("provider", "due_at");
