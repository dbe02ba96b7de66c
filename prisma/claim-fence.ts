/** Statuses of a run that is not over, as a SQL list; the check constraint of `run.status` has the whole list. */
export const UNSETTLED = `('queued', 'provisioning', 'running', 'publishing')`;

/**
 * The condition that a claim still holds, for `where` on table `run`: $1 is the run's id, $2 the claim's epoch. A released,
 * settled or newly claimed run matches no older claim, so a worker that lost its claim changes nothing.
 */
export const CLAIM_HOLDS = `run.id = $1 and run.epoch = $2 and run.holder is not null and run.status in ${UNSETTLED}`;
