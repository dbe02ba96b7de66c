import { createGitQueries, type GitQueries, type RepositoryName } from '../git-host/commits.ts';
import { findNote, noteableNumbered } from './people.ts';
import type {
  IssueRecord,
  MergeRequestRecord,
  NoteableRecord,
  NoteRecord,
  PipelineRecord,
  ReactionRecord,
  StatusRecord,
} from './records.ts';
import { repositoryNamed, type World } from './world.ts';

/** What a reaction can hang on. */
export type ReactionTarget = { readonly issue: number } | { readonly pull: number } | { readonly comment: number };

/** Looks at the state from outside the API; for assertions. Everything throws when what is named does not exist. */
export interface Queries extends GitQueries {
  issue(repository: RepositoryName, number: number): IssueRecord;
  pull(repository: RepositoryName, number: number): MergeRequestRecord;
  /** Notes people and bots wrote, oldest first; `kind` is needed only where an issue and a merge request share the number. */
  comments(repository: RepositoryName, number: number, kind?: NoteableRecord['kind']): readonly NoteRecord[];
  /** Notes on the diff of a merge request, oldest first. */
  reviewComments(repository: RepositoryName, number: number): readonly NoteRecord[];
  /** Commit statuses, oldest first; of one commit when `sha` is given. */
  statuses(repository: RepositoryName, sha?: string): readonly StatusRecord[];
  pipelines(repository: RepositoryName): readonly PipelineRecord[];
  /** Oldest first, open, closed and merged. */
  pulls(repository: RepositoryName): readonly MergeRequestRecord[];
  reactions(repository: RepositoryName, target: ReactionTarget): readonly ReactionRecord[];
  /** Every secret the stand-in has given out so far: tokens, hook tokens and signing secrets. */
  secrets(): readonly string[];
}

/** Binds the queries to one world. */
export function createQueries(world: World): Queries {
  const repositoryOf = (name: RepositoryName) => repositoryNamed(world, name);
  const pull = (name: RepositoryName, number: number): MergeRequestRecord => {
    const found = repositoryOf(name).mergeRequests.get(number);
    if (!found) throw new Error(`there is no merge request !${number}`);
    return found;
  };
  const issue = (name: RepositoryName, number: number): IssueRecord => {
    const found = repositoryOf(name).issues.get(number);
    if (!found) throw new Error(`there is no issue #${number}`);
    return found;
  };
  return {
    issue,
    pull,
    comments: (name, number, kind) =>
      noteableNumbered(repositoryOf(name), { number, kind }).notes.filter((one) => !one.system),
    reviewComments: (name, number) => pull(name, number).notes.filter((one) => one.type === 'DiffNote'),
    statuses: (name, sha) => repositoryOf(name).statuses.filter((one) => sha === undefined || one.sha === sha),
    pipelines: (name) => repositoryOf(name).pipelines,
    pulls: (name) => [...repositoryOf(name).mergeRequests.values()],
    reactions: (name, target) => {
      if ('comment' in target) return findNote(repositoryOf(name), target.comment).note.reactions;
      return ('issue' in target ? issue(name, target.issue) : pull(name, target.pull)).reactions;
    },
    ...createGitQueries((name) => repositoryOf(name).directory),
    secrets: () => [
      ...world.tokens.keys(),
      ...world.hookList.flatMap((one) => [one.token, one.signingSecret]).filter((one) => one !== undefined),
    ],
  };
}
