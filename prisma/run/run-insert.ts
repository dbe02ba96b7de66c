/** What of a request stands in its runs as well, so that lists of runs are walks along one index. */
export const REQUEST_IN_RUN =
  'request.id, request.tenant_id, request.provider, request.repo_id, request.requester_id, coalesce(request.source, request.provider) as source';

/**
 * Inserts the run in jsonb parameter `run` once per row of relation `source`, which has {@link REQUEST_IN_RUN}. For a CTE;
 * a run that meets another one under way of the same request is not inserted.
 */
export function insertRunSql({ source, run }: { source: string; run: string }): string {
  return `
    insert into run (
      id, request_id, tenant_id, provider, repo_id, requester_id, source, epoch, task, status, cancel_requested, cancel_reason, plan, awaiting, approved, claims, tries,
      provisioner, final_message, usage, commands, failure, change, pushed, cost_usd, blocked, saved_branch, proof, created_at,
      started_at,
      finished_at)
    select
      entry.id, ${source}.id, ${source}.tenant_id, ${source}.provider, ${source}.repo_id, ${source}.requester_id, ${source}.source,
      entry.epoch, entry.task, entry.status, entry."cancelRequested", entry."cancelReason",
      entry.plan, nullif(entry.awaiting, 'null'), nullif(entry.approved, 'null'), entry.claims, entry.tries,
      entry.provisioner, entry."finalMessage", entry.usage, entry.commands, nullif(entry.failure, 'null'),
      nullif(entry.change, 'null'), nullif(entry.pushed, 'null'), entry."costUsd", entry.blocked, entry."savedBranch",
      nullif(entry.proof, 'null'), entry."createdAt",
      entry."startedAt", entry."finishedAt"
    from ${source} cross join jsonb_to_record(${run}::jsonb) as entry(
      id uuid, epoch integer, task jsonb, status text, "cancelRequested" boolean, "cancelReason" text, plan text,
      awaiting jsonb, approved jsonb, claims integer, tries integer, provisioner text, "finalMessage" text, usage jsonb,
      commands jsonb, failure jsonb, change jsonb, pushed jsonb, "costUsd" double precision, blocked jsonb, "savedBranch" text,
      proof jsonb,
      "createdAt" timestamptz, "startedAt" timestamptz, "finishedAt" timestamptz)
    on conflict do nothing
    returning id, request_id`;
}
