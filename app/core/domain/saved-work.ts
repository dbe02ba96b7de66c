import { branchOf } from './work-request.ts';

/** The branch that keeps what a request's run left unfinished; nothing else is ever put there. */
export function savedBranchOf(requestId: string): string {
  return `${branchOf(requestId)}-wip`;
}
