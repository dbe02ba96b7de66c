import { execFileSync } from 'node:child_process';
import type { CheckRunRecord, CommentRecord, RepositoryRecord } from '../fakes/github/records.ts';
import type { PullIssue } from '../fakes/github/render-pull.ts';
import { until, type World } from './world.ts';

/** What people can do and see in one thread of a world; `by` is who acts, `ada` unless named. */
export interface Talk {
  readonly repository: RepositoryRecord;
  /** Opens an issue and gives its number. */
  issue(title?: string, by?: string): Promise<number>;
  say(number: number, body: string, by?: string): Promise<{ commentId: number }>;
  /** Our comments in the thread, oldest first. */
  ours(number: number): readonly CommentRecord[];
  /** Waits until one of our comments in the thread fits, and gives it. */
  answered(number: number, words: RegExp | string): Promise<CommentRecord>;
  /** Pull requests we opened. */
  pulls(): readonly PullIssue[];
  /** Waits for the pull request we open for what is asked in this thread. */
  pullFor(number: number): Promise<PullIssue>;
  checks(name?: string): readonly CheckRunRecord[];
  /** Waits for a check run of that name that fits. */
  check(name: string, fits: (check: CheckRunRecord) => boolean): Promise<CheckRunRecord>;
  /** Text of a file on a branch; undefined when it is not there. */
  file(branch: string, path: string): string | undefined;
  /** Subjects of the commits of a branch, newest first. */
  commits(branch: string): readonly string[];
}

/** Binds a conversation to a world. */
export function talkIn(world: World): Talk {
  const { github, repository } = world;
  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', repository.directory, ...args], { encoding: 'utf8', stdio: 'pipe' });
  const talk: Talk = {
    repository,
    async issue(title = 'Something is to be done', by = 'ada') {
      return (await github.openIssue({ repository, by, title })).issue.number;
    },
    async say(number, body, by = 'ada') {
      return { commentId: (await github.comment({ repository, by, number, body })).comment.id };
    },
    ours: (number) => github.comments(repository, number).filter((comment) => comment.viaApp),
    answered: (number, words) =>
      until(`an answer in #${number} that says ${String(words)}`, () =>
        talk.ours(number).find(({ body }) => (typeof words === 'string' ? body.includes(words) : words.test(body))),
      ),
    pulls: () => github.pulls(repository).filter((pull) => pull.viaApp),
    pullFor: (number) =>
      until(`a pull request for #${number}`, () => talk.pulls().find((pull) => pull.body.includes(`#${number}.`))),
    checks: (name) => github.checkRuns(repository).filter((one) => name === undefined || one.name === name),
    check: (name, fits) => until(`a check run ${name}`, () => talk.checks(name).findLast(fits)),
    file(branch, path) {
      try {
        return git('show', `${branch}:${path}`);
      } catch {
        return undefined;
      }
    },
    commits: (branch) => git('log', '--format=%s', branch).trim().split('\n'),
  };
  return talk;
}
