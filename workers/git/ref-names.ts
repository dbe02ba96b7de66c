import { isBranchName } from '#core/domain/change/branch-name.ts';
import { AppError } from '#core/domain/errors.ts';

const BRANCH_BYTES_MAX = 240;
const COMMIT_ID = /^[0-9a-f]{40}$/;

/** The full ref of a branch. Throws AppError `invalid` unless git itself would accept the name. */
export function branchRef(branch: string): string {
  if (!isBranchName(branch) || Buffer.byteLength(branch) > BRANCH_BYTES_MAX)
    throw new AppError('invalid', 'This is not a branch name that Git accepts', { context: { length: branch.length } });
  return `refs/heads/${branch}`;
}

/** Throws AppError `invalid` unless `sha` is a full commit id (SHA-1, lower-case hex). */
export function assertCommitId(sha: string): void {
  if (!COMMIT_ID.test(sha))
    throw new AppError('invalid', 'This is not a full commit id', { context: { length: sha.length } });
}
