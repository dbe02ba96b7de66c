-- Lists of runs by several things at once, numbers of the last days, and what is forgotten after its time. Only adds: the
-- version before goes on writing runs without a source, which lists by source leave out.

-- Where a run was asked for: on a Git host, by its name, or elsewhere.
alter table run
  add column source text check (length(source) between 1 and 64),
  add column log_pruned_at timestamptz(3);
update run set source = provider;

create index run_history_repo_status on run (tenant_id, provider, repo_id, status, created_at, id);
create index run_history_requester_status on run (tenant_id, provider, requester_id, status, created_at, id);
create index run_history_repo_requester on run (tenant_id, provider, repo_id, requester_id, created_at, id);
create index run_history_source on run (tenant_id, source, created_at, id);
create index run_history_source_status on run (tenant_id, source, status, created_at, id);

-- What ended lately.
create index run_finished on run (tenant_id, finished_at) where finished_at is not null;

-- Which numbers a repository's or a person's name stands for.
create index request_repository_name on request (tenant_id, lower(repo_owner || '/' || repo_name), provider, repo_id);
create index request_requester_login on request (tenant_id, lower(requester_login), provider, requester_id);

-- Events up to this position were forgotten; positions themselves go on without a hole.
alter table request add column log_pruned_to integer not null default 0 check (log_pruned_to between 0 and log_length);

create index run_log_prunable on run (updated_at)
  where log_pruned_at is null and status not in ('queued', 'provisioning', 'running', 'publishing', 'awaiting_approval');
-- What is left of a request once its log is gone.
create index request_prunable on request (updated_at) where log_pruned_to > 0 and log_pruned_to = log_length;

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
