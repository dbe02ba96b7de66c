import { listRefs, readDiff, readFileAt } from '../git-host/git-questions.ts';
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
import { repositoryNamed, type RepositoryName, type World } from './world.ts';

/** What a reaction can hang on. */
export type ReactionTarget = { readonly issue: number } | { readonly pull: number } | { readonly comment: number };

/** Looks at the state from outside the API; for assertions. Everything throws when what is named does not exist. */
export interface Queries {
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
  /** Branch name -> commit id. */
  branches(repository: RepositoryName): Promise<ReadonlyMap<string, string>>;
  /** Patch from the merge base of two branches or commits to `head`. */
  diff(repository: RepositoryName, base: string, head: string): Promise<string>;
  /** Text of a file; undefined when it is not there. */
  fileAt(repository: RepositoryName, ref: string, file: string): Promise<string | undefined>;
  /** Every secret the stand-in has given out so far: tokens, hook tokens and signing secrets. */
  secrets(): readonly string[];
}

/** Binds the queries to one world. */
export function createQueries(world: World): Queries {
  const repositoryOf = (name: RepositoryName) => repositoryNamed(world, name);
  const directory = (name: RepositoryName) => repositoryOf(name).directory;
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
    branches: async (name) => {
      const refs = await listRefs(directory(name), 'refs/heads/');
      return new Map([...refs].map(([ref, sha]) => [ref.slice('refs/heads/'.length), sha]));
    },
    diff: (name, base, head) => readDiff(directory(name), base, head),
    fileAt: async (name, ref, file) => (await readFileAt(directory(name), ref, file))?.toString('utf8'),
    secrets: () => [
      ...world.tokens.keys(),
      ...world.hookList.flatMap((one) => [one.token, one.signingSecret]).filter((one) => one !== undefined),
    ],
  };
}
