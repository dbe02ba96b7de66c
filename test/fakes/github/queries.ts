import { createGitQueries, type GitQueries, type RepositoryName } from '../git-host/commits.ts';
import type { CheckRunRecord, CommentRecord, IssueRecord, ReactionRecord, ReviewCommentRecord } from './records.ts';
import { isPull, type PullIssue } from './render-pull.ts';
import { issueNumbered, repositoryNamed, type World } from './world.ts';

// The last line of a key can be a few letters, which would be found anywhere.
const KEY_LINE_CHARS_MIN = 60;

/** What a reaction can hang on. */
export type ReactionTarget =
  { readonly issue: number } | { readonly comment: number } | { readonly reviewComment: number };

/** Looks at the state from outside the API; for assertions. Everything throws when what is named does not exist. */
export interface Queries extends GitQueries {
  issue(repository: RepositoryName, number: number): IssueRecord;
  comments(repository: RepositoryName, number: number): readonly CommentRecord[];
  reviewComments(repository: RepositoryName, number: number): readonly ReviewCommentRecord[];
  /** Oldest first. */
  checkRuns(repository: RepositoryName): readonly CheckRunRecord[];
  /** Oldest first, open and closed. */
  pulls(repository: RepositoryName): readonly PullIssue[];
  reactions(repository: RepositoryName, target: ReactionTarget): readonly ReactionRecord[];
  /** Every secret the stand-in has given out so far: tokens, the App's private key (whole and by line), webhook and client secret. */
  secrets(): readonly string[];
}

/** Binds the queries to one world. */
export function createQueries(world: World): Queries {
  const repositoryOf = (name: RepositoryName) => repositoryNamed(world, name);
  const issue = (name: RepositoryName, number: number) => issueNumbered(repositoryOf(name), number);
  return {
    issue,
    comments: (name, number) => issue(name, number).comments,
    reviewComments: (name, number) => issue(name, number).reviewComments,
    checkRuns: (name) => [...repositoryOf(name).checkRuns.values()],
    pulls: (name) => [...repositoryOf(name).issues.values()].filter(isPull),
    reactions: (name, target) => reactionsOf([...repositoryOf(name).issues.values()], target),
    ...createGitQueries((name) => repositoryOf(name).directory),
    secrets: () => secretsOf(world),
  };
}

function reactionsOf(issues: readonly IssueRecord[], target: ReactionTarget): readonly ReactionRecord[] {
  const found =
    'issue' in target
      ? issues.find((one) => one.number === target.issue)
      : 'comment' in target
        ? issues.flatMap((one) => one.comments).find((one) => one.id === target.comment)
        : issues.flatMap((one) => one.reviewComments).find((one) => one.id === target.reviewComment);
  if (!found) throw new Error(`nothing to react to: ${JSON.stringify(target)}`);
  return found.reactions;
}

function secretsOf({ app, tokens }: World): string[] {
  const keyLines = app.privateKey
    .split('\n')
    .filter((line) => line.length >= KEY_LINE_CHARS_MIN && !line.startsWith('-----'));
  return [...tokens.keys(), app.privateKey, ...keyLines, app.webhookSecret, app.clientSecret];
}
