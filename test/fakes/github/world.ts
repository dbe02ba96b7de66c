import type { AppCredentials } from './app-credentials.ts';
import type { FileRecord } from './file-record.ts';
import type {
  InstallationRecord,
  IssueRecord,
  LabelRecord,
  RepositoryRecord,
  TokenRecord,
  UserRecord,
} from './records.ts';
import type { Delivery, HookSender } from './webhook-sender.ts';
import type { RepositoryName } from '../git-host/commits.ts';
import type { HostWorld } from '../git-host/stand-in.ts';

/** Kinds of accepted writes, as the ledger names them. */
export type WriteKind =
  | 'comment.create'
  | 'comment.update'
  | 'reaction.create'
  | 'issue.create'
  | 'issue.update'
  | 'check.create'
  | 'check.update'
  | 'pull.create'
  | 'pull.update'
  | 'review.create'
  | 'thread.resolve'
  | 'delivery.attempt'
  | 'token.create'
  | 'token.revoke'
  | 'push';

/** Everything one stand-in knows. Handlers change it, renderers read it, tests look at it through `queries.ts`. */
export interface World extends HostWorld<WriteKind, Delivery> {
  readonly app: AppCredentials;
  readonly tokenTtlMs: number;
  readonly users: Map<string, UserRecord>;
  readonly repositories: Map<string, RepositoryRecord>;
  /** By former full names, as long as nobody else has taken them. */
  readonly formerNames: Map<string, RepositoryRecord>;
  readonly installations: Map<number, InstallationRecord>;
  readonly tokens: Map<string, TokenRecord>;
  readonly manifestCodes: Set<string>;
  readonly hooks: HookSender;
  /** By id: what people attached, and logs of jobs. */
  readonly files: Map<string, FileRecord>;
}

/** Finds a repository without regard to case, as GitHub does; undefined when there is none. */
export function findRepository(world: World, name: RepositoryName): RepositoryRecord | undefined {
  return world.repositories.get((typeof name === 'string' ? name : name.fullName).toLowerCase());
}

/** Like {@link findRepository}, for test code that named it itself: throws when there is none. */
export function repositoryNamed(world: World, name: RepositoryName): RepositoryRecord {
  const repository = findRepository(world, name);
  if (!repository) throw new Error(`the stand-in has no repository ${JSON.stringify(name)}`);
  return repository;
}

/** The issue or pull request with that number; throws when there is none. */
export function issueNumbered(repository: RepositoryRecord, number: number): IssueRecord {
  const issue = repository.issues.get(number);
  if (!issue) throw new Error(`${repository.fullName} has no issue or pull request #${number}`);
  return issue;
}

/** A user by login, created as an ordinary user on first mention. */
export function userNamed(world: World, login: string): UserRecord {
  const known = world.users.get(login.toLowerCase());
  if (known) return known;
  const user: UserRecord = { id: world.nextId(), login, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
  world.users.set(login.toLowerCase(), user);
  return user;
}

/** A label of a repository without regard to case, made on first mention. */
export function labelNamed(world: World, repository: RepositoryRecord, name: string): LabelRecord {
  const known = repository.labels.get(name.toLowerCase());
  if (known) return known;
  const label: LabelRecord = { id: world.nextId(), name };
  repository.labels.set(name.toLowerCase(), label);
  return label;
}

/** The next number of the sequence that issues and pull requests of one repository share, from 1. */
export function nextIssueNumber(repository: RepositoryRecord): number {
  return repository.issues.size + 1;
}
