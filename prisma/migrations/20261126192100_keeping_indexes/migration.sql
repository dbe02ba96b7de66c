-- Indexes of the lists and of what is forgotten. Each is a transaction of its own, so that who writes waits for one of them at most,
-- and who reads for none. Done half-way, it goes on where it stopped. Not `concurrently`: that waits for every other session,
-- and another process that starts now waits, in its session, for the lock under which this runs.

begin;
create index if not exists run_history_repo_status on run (tenant_id, provider, repo_id, status, created_at, id);
commit;

begin;
create index if not exists run_history_requester_status on run (tenant_id, provider, requester_id, status, created_at, id);
commit;

begin;
create index if not exists run_history_repo_requester on run (tenant_id, provider, repo_id, requester_id, created_at, id);
commit;

-- A run without a source was asked for on its host. Without both columns in it, no list is read from an index of an expression
-- alone (PostgreSQL, 11.9).
begin;
create index if not exists run_history_source on run (tenant_id, coalesce(source, provider), created_at, id)
  include (source, provider);
commit;

begin;
create index if not exists run_history_source_status on run (tenant_id, coalesce(source, provider), status, created_at, id)
  include (source, provider);
commit;

-- What ended lately.
begin;
create index if not exists run_finished on run (tenant_id, finished_at) where finished_at is not null;
commit;

begin;
create index if not exists run_log_prunable on run (updated_at)
  where log_pruned_at is null and status not in ('queued', 'provisioning', 'running', 'publishing', 'awaiting_approval');
commit;

-- Which numbers a repository's or a person's name stands for.
begin;
create index if not exists request_repository_name on request (tenant_id, lower(repo_owner || '/' || repo_name), provider, repo_id);
commit;

begin;
create index if not exists request_requester_login on request (tenant_id, lower(requester_login), provider, requester_id);
commit;

-- What is left of a request once its log is gone.
begin;
create index if not exists request_prunable on request (updated_at) where log_pruned_to > 0 and log_pruned_to = log_length;
commit;
