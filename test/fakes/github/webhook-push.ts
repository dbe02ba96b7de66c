import { readCommit, readPaths, type CommitFacts } from '../git-host/git-questions.ts';
import { git } from '../git-host/git.ts';
import { ZERO_SHA, type MovedRef } from '../git-host/moved-refs.ts';
import type { RepositoryRecord, UserRecord } from './records.ts';
import { renderRepository } from './render-repository.ts';
import { surroundings } from './webhook-events.ts';
import type { Delivery } from './webhook-sender.ts';
import type { World } from './world.ts';

// https://docs.github.com/en/webhooks/webhook-events-and-payloads#push: "a maximum of 2048 commits"
const COMMITS_MAX = 2_048;

/** Delivers `push` with the commits that are new on the ref; of a new ref the head alone. */
export async function announcePush(
  world: World,
  repository: RepositoryRecord,
  moved: MovedRef & { readonly by: UserRecord },
): Promise<Delivery> {
  const { ref, before, after, by } = moved;
  const htmlUrl = `${world.webUrl}/${repository.fullName}`;
  const commits = await Promise.all((await newCommits(repository.directory, moved)).map((sha) => pushed(htmlUrl, sha)));
  const at = Math.floor(repository.createdAt / 1_000);
  return world.hooks.send('push', {
    ref,
    before,
    after,
    base_ref: null,
    created: before === ZERO_SHA,
    deleted: after === ZERO_SHA,
    forced: false,
    compare: `${htmlUrl}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits,
    head_commit: commits.at(-1) ?? null,
    pusher: { name: by.login, email: null },
    ...surroundings(world, repository, by),
    repository: {
      ...renderRepository(world, repository),
      created_at: at,
      pushed_at: at,
      stargazers: 0,
      master_branch: repository.defaultBranch,
    },
  });

  async function pushed(url: string, sha: string) {
    const [commit, paths] = await Promise.all([
      readCommit(repository.directory, sha),
      readPaths(repository.directory, sha),
    ]);
    return { ...pushedCommit(url, commit), ...paths };
  }
}

async function newCommits(directory: string, { before, after }: MovedRef): Promise<string[]> {
  if (after === ZERO_SHA) return [];
  if (before === ZERO_SHA) return [await git(directory, ['rev-parse', `${after}^{commit}`])];
  const listed = await git(directory, ['rev-list', '--reverse', `--max-count=${COMMITS_MAX}`, `${before}..${after}`]);
  return listed.split('\n').filter(Boolean);
}

function pushedCommit(htmlUrl: string, commit: CommitFacts) {
  const { sha, tree, message } = commit;
  return {
    id: sha,
    tree_id: tree,
    distinct: true,
    message,
    timestamp: commit.committer.date,
    url: `${htmlUrl}/commit/${sha}`,
    author: committed(commit.author),
    committer: committed(commit.committer),
  };
}

// Git takes any text for an e-mail address, GitHub's payload only real ones.
function committed(person: CommitFacts['author']) {
  return { ...person, email: /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(person.email) ? person.email : null };
}
