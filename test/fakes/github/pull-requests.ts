import { addIssue, type Author } from './conversations.ts';
import { unprocessable, type FieldError } from './failure.ts';
import { git } from '../git-host/git.ts';
import { branchHead, measureChange } from '../git-host/git-questions.ts';
import type { RepositoryRecord, UserRecord } from './records.ts';
import { isPull, type PullIssue } from './render-pull.ts';
import { announcePull } from './webhook-events.ts';
import type { World } from './world.ts';

/** A pull request to open. `head` is a branch of `headRepository`. */
export interface PullInput {
  readonly author: Author;
  readonly title: string;
  readonly body: string;
  readonly headRepository: RepositoryRecord;
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
}

/**
 * Opens a pull request and its `refs/pull/N/head`.
 * @throws GitHubFailure 422 when a branch is missing, nothing would change, or that head has an open one already.
 */
export async function openPull(world: World, repository: RepositoryRecord, input: PullInput): Promise<PullIssue> {
  const [headSha, baseSha] = await Promise.all([
    branchHead(input.headRepository.directory, input.head),
    branchHead(repository.directory, input.base),
  ]);
  if (headSha === undefined) throw refused({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (baseSha === undefined) throw refused({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (input.headRepository !== repository) {
    await git(repository.directory, ['fetch', '--quiet', '--no-tags', input.headRepository.directory, headSha]);
  }
  const size = await measureChange(repository.directory, baseSha, headSha);
  if (size.commits === 0) {
    throw refused(custom(`No commits between ${input.base} and ${input.head}`));
  }
  // From here to the filing of the issue nothing may await: two calls for one head must not both pass.
  const label = `${input.headRepository.owner.login}:${input.head}`;
  if (openPullsFrom(repository, input.headRepository, input.head).some((one) => one.pull.baseBranch === input.base)) {
    throw refused(custom(`A pull request already exists for ${label}.`));
  }
  const issue = addIssue(world, repository, {
    author: input.author,
    title: input.title,
    body: input.body,
    pull: {
      id: world.nextId(),
      headRepository: input.headRepository,
      headBranch: input.head,
      headSha,
      baseBranch: input.base,
      baseSha,
      size,
      draft: input.draft,
      maintainerCanModify: input.maintainerCanModify,
      merged: undefined,
    },
  });
  if (!isPull(issue)) throw new Error('a pull request was filed as an issue');
  await git(repository.directory, ['update-ref', `refs/pull/${issue.number}/head`, headSha]);
  return issue;
}

function refused(error: FieldError) {
  return unprocessable([error]);
}

function custom(message: string): FieldError {
  return { resource: 'PullRequest', code: 'custom', message };
}

/** Open pull requests of `repository` whose head is that branch. */
function openPullsFrom(repository: RepositoryRecord, headRepository: RepositoryRecord, branch: string): PullIssue[] {
  return [...repository.issues.values()]
    .filter(isPull)
    .filter(
      (one) => one.state === 'open' && one.pull.headRepository === headRepository && one.pull.headBranch === branch,
    );
}

/** Moves the head of every open pull request from that branch, and announces `synchronize`. */
export async function followBranch(
  world: World,
  headRepository: RepositoryRecord,
  moved: { readonly branch: string; readonly before: string; readonly after: string; readonly by: UserRecord },
): Promise<void> {
  for (const repository of world.repositories.values()) {
    for (const issue of openPullsFrom(repository, headRepository, moved.branch)) {
      if (repository !== headRepository) {
        await git(repository.directory, ['fetch', '--quiet', '--no-tags', headRepository.directory, moved.after]);
      }
      issue.pull.size = await measureChange(repository.directory, issue.pull.baseSha, moved.after);
      issue.pull.headSha = moved.after;
      issue.updatedAt = world.now();
      await git(repository.directory, ['update-ref', `refs/pull/${issue.number}/head`, moved.after]);
      const place = { repository, issue, moved: { before: moved.before, after: moved.after } };
      world.hooks.background(announcePull(world, place, { action: 'synchronize', sender: moved.by }));
    }
  }
}
