/** Statuses of a run that is not over, as a SQL list; the check constraint of `run.status` has the whole list. */
export const UNSETTLED = `('queued', 'provisioning', 'running', 'publishing')`;

/** The same with those that wait for somebody's approval: held by nobody and not over. */
export const UNDER_WAY = `('queued', 'provisioning', 'running', 'publishing', 'awaiting_approval')`;

/**
 * For `where` on table `run`: an earlier run of the same thread is at work or waits to be, so this one must wait. Runs that
 * wait for approval may do so for days and keep nobody waiting.
 */
export const IS_BEHIND = `exists (
  select from request as own
  join request as other on other.provider = own.provider and other.repo_id = own.repo_id
    and other.thread_kind = own.thread_kind and other.thread_number = own.thread_number
  join run as earlier on earlier.request_id = other.id
  where own.id = run.request_id and earlier.status in ${UNSETTLED}
    and (earlier.created_at, earlier.id) < (run.created_at, run.id))`;

/**
 * The condition that a claim still holds, for `where` on table `run`: $1 is the run's id, $2 the claim's epoch. A released,
 * settled or newly claimed run matches no older claim, so a worker that lost its claim changes nothing.
 */
export const CLAIM_HOLDS = `run.id = $1 and run.epoch = $2 and run.holder is not null and run.status in ${UNSETTLED}`;
