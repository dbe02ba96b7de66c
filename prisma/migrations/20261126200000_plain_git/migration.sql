-- Repositories on any server that speaks Git. A process of the version before this one does not read their requests, so all are
-- updated before the first repository of that kind is linked.
alter table "request" drop constraint "request_provider_check";
alter table "request" add constraint "request_provider_check" check ("provider" in ('github', 'gitlab', 'git'));
alter table repository_link drop constraint repository_link_provider_check;
alter table repository_link add constraint repository_link_provider_check check (provider in ('github', 'gitlab', 'git'));

-- {branch, sha}: what a run pushed, which is all that tells of its work where there is no change.
alter table run add column "pushed" jsonb;
