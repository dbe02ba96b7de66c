-- Quotas of a person count the runs of the last day over a whole host.
create index run_created_at_idx on run (created_at);
