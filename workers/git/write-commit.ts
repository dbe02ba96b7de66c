import { AppError } from '#core/domain/errors.ts';
import type { CommitDraft } from '#core/ports/host/repository.ts';
import type { GitSetup } from './git-setup.ts';
import { mustSucceed } from './git.ts';

/** What a commit object is made of. */
export interface CommitParts {
  readonly treeSha: string;
  /** In order: the first is what `git log --first-parent` follows. */
  readonly parents: readonly string[];
  readonly draft: CommitDraft;
}

/**
 * Writes a commit object into the mirror and gives its id; the same parts always give the same one. No ref is made.
 * Throws AppError as {@link assertDraft}, `internal` when git cannot write it.
 */
export async function writeCommit({ git }: GitSetup, mirror: string, parts: CommitParts): Promise<string> {
  const { treeSha, parents, draft } = parts;
  assertDraft(draft);
  const exit = await git(mirror, {
    args: ['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-F', '-', treeSha],
    env: identityEnv(draft),
    stdin: Buffer.from(`${draft.message.trimEnd()}\n`),
  });
  return mustSucceed(exit, 'Writing the commit').stdout.toString('utf8').trim();
}

/** Throws AppError `invalid` for a draft that git would refuse, or silently change. */
export function assertDraft({ author, date, message }: CommitDraft): void {
  const words = [author.name, author.email];
  // Git would drop these characters silently, and refuse what is empty after that.
  const bad = words.some((word) => word.trim() === '' || /[<>\p{Cc}]/u.test(word));
  if (bad || Number.isNaN(Date.parse(date)) || message.trim() === '' || message.includes('\0')) {
    throw new AppError('invalid', 'A commit needs a message, an author name and email, and a date that Git can hold');
  }
}

/** Author and committer are the same person at the same second, so that the same draft gives the same commit id. */
function identityEnv({ author, date }: CommitDraft): Record<string, string> {
  const at = `@${Math.floor(Date.parse(date) / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: at,
  };
}
