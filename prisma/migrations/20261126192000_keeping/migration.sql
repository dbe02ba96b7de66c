-- Lists of runs by several things at once, numbers of the last days, and what is forgotten after its time. Only adds, and looks
-- at no row: nobody waits for this. The indexes are a migration of their own.

-- Where a run was asked for, when that was not the Git host its repository is on. A run without it was asked for there: those
-- of before, and those that the version before goes on writing. No row has any of this yet, so there is nothing to check.
alter table run
  add column source text,
  add column log_pruned_at timestamptz(3),
  add constraint run_source_check check (length(source) between 1 and 64) not valid;

-- Events up to this position were forgotten; positions themselves go on without a hole.
alter table request
  add column log_pruned_to integer not null default 0,
  add constraint request_log_pruned_to_check check (log_pruned_to between 0 and log_length) not valid;

-- How processes are set up and what they reach, as they say themselves; a row that is not renewed means nothing.
create table process_note (
  process text not null check (process in ('app', 'workers')),
  instance text not null,
  version text not null,
  variables jsonb not null check (jsonb_typeof(variables) = 'array'),
  health jsonb not null check (jsonb_typeof(health) = 'array'),
  noted_at timestamptz(3) not null default now(),
  primary key (process, instance)
);
