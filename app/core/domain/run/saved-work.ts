import { branchOf } from '../request/work-request.ts';

/** Numbered branches a request's unfinished work may have; runs that are cut after that have branches that name them. */
const NUMBERED_MAX = 9;

/**
 * Branches that may keep what a run of a request left unfinished, in the order in which they are tried; nothing else is ever
 * put there. An earlier run of the request that was cut as well has one of them, and its work stays where it is.
 */
export function savedBranchesOf(requestId: string, runId: string): readonly string[] {
  const first = `${branchOf(requestId)}-wip`;
  const numbered = Array.from({ length: NUMBERED_MAX - 1 }, (_, at) => `${first}-${at + 2}`);
  return [first, ...numbered, `${first}-${runId}`];
}
