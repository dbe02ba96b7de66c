import { commitToBranch, writeFirstCommit, type NewCommit, type RepositoryName } from '../git-host/commits.ts';
import path from 'node:path';
import { git } from '../git-host/git.ts';
import { cloneBareRepository, createBareRepository, type FileContent } from '../git-host/git-repository.ts';
import { installPushGuard } from './git-push-guard.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import { followBranch } from './pull-requests.ts';
import type { RepositoryRecord, Role, UserRecord } from './records.ts';
import { announcePush } from './webhook-push.ts';
import { installationOn } from './installations.ts';
import { repositoryNamed, userNamed, type World } from './world.ts';

/** A repository to create with one commit. */
export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly files: Readonly<Record<string, FileContent>>;
  /** Default `main`. */
  readonly defaultBranch?: string;
  readonly private?: boolean;
  /** Whether the App is installed on the owner's account; default true. */
  readonly installed?: boolean;
}

/** Creates users and repositories, and changes what is in them without going through the API. */
export interface Repositories {
  createUser(login: string, options?: { readonly type?: UserRecord['type'] }): UserRecord;
  createRepository(input: NewRepository): Promise<RepositoryRecord>;
  /** Copies the branches and tags of a repository on this machine; its checked out branch becomes the default. */
  importRepository(input: {
    readonly owner: string;
    readonly name: string;
    readonly path: string;
  }): Promise<RepositoryRecord>;
  forkRepository(input: { readonly repository: RepositoryName; readonly owner: string }): Promise<RepositoryRecord>;
  setPermission(repository: RepositoryName, login: string, role: Role): void;
  /** Returns the new commit's id; open pull requests from that branch follow. */
  commit(input: NewCommit): Promise<string>;
}

/** Binds them to one world. */
export function createRepositories(world: World): Repositories {
  const file = (owner: UserRecord, name: string): string => freeDirectory(world, path.join(owner.login, name));
  return {
    createUser: (login, options = {}) => createUser(world, login, options.type ?? 'User'),
    createRepository: async (input) => {
      const owner = userNamed(world, input.owner);
      const directory = file(owner, input.name);
      const defaultBranch = input.defaultBranch ?? 'main';
      await createBareRepository(directory, defaultBranch);
      const atSec = Math.floor(world.now() / 1_000);
      await writeFirstCommit(directory, { branch: defaultBranch, files: input.files, author: owner.login, atSec });
      const { name, installed = true } = input;
      return register(world, { owner, name, directory, defaultBranch, installed, private: input.private ?? false });
    },
    importRepository: async (input) => {
      const owner = userNamed(world, input.owner);
      const directory = file(owner, input.name);
      const { defaultBranch } = await cloneBareRepository(input.path, directory);
      return register(world, { owner, name: input.name, directory, defaultBranch, installed: true, private: false });
    },
    forkRepository: async (input) => {
      const parent = repositoryNamed(world, input.repository);
      const owner = userNamed(world, input.owner);
      const directory = file(owner, parent.name);
      const { defaultBranch } = await cloneBareRepository(parent.directory, directory);
      await git(directory, ['symbolic-ref', 'HEAD', `refs/heads/${defaultBranch}`]);
      return register(world, { ...parent, owner, directory, defaultBranch, installed: false, parent });
    },
    setPermission: (repository, login, role) => {
      repositoryNamed(world, repository).roles.set(userNamed(world, login).login.toLowerCase(), role);
    },
    commit: (input) => inPushQueue(repositoryNamed(world, input.repository), () => commit(world, input)),
  };
}

function createUser(world: World, login: string, type: UserRecord['type']): UserRecord {
  if (world.users.has(login.toLowerCase())) throw new Error(`the stand-in has a user ${login} already`);
  const user: UserRecord = { id: world.nextId(), login, type };
  world.users.set(login.toLowerCase(), user);
  return user;
}

interface Registration {
  readonly owner: UserRecord;
  readonly name: string;
  readonly directory: string;
  readonly defaultBranch: string;
  readonly private: boolean;
  readonly installed: boolean;
  readonly parent?: RepositoryRecord | undefined;
}

async function register(world: World, input: Registration): Promise<RepositoryRecord> {
  const { owner, name } = input;
  await installPushGuard(input.directory);
  const repository: RepositoryRecord = {
    id: world.nextId(),
    owner,
    name,
    fullName: `${owner.login}/${name}`,
    private: input.private,
    defaultBranch: input.defaultBranch,
    directory: input.directory,
    createdAt: world.now(),
    parent: input.parent,
    installationId: input.installed ? installationOn(world, owner).id : undefined,
    labels: new Map(),
    roles: new Map(),
    issues: new Map(),
    checkRuns: new Map(),
    pushQueue: Promise.resolve(),
  };
  world.repositories.set(repository.fullName.toLowerCase(), repository);
  // Whoever takes a former name ends the forwarding from it.
  world.formerNames.delete(repository.fullName.toLowerCase());
  return repository;
}

// A repository that was renamed keeps its directory, so the one of a new repository may be taken.
function freeDirectory(world: World, name: string): string {
  const taken = new Set([...world.repositories.values()].map((one) => one.directory));
  for (let count = 1; ; count += 1) {
    const directory = path.join(world.directory, `${name}${count === 1 ? '' : `.${count}`}.git`);
    if (!taken.has(directory)) return directory;
  }
}

async function commit(world: World, input: NewCommit): Promise<string> {
  const repository = repositoryNamed(world, input.repository);
  const by = userNamed(world, input.by ?? repository.owner.login);
  const atSec = Math.floor(world.now() / 1_000);
  const moved = await commitToBranch(repository, input, { author: by.login, atSec });
  world.hooks.background(announcePush(world, repository, { ...moved, by }));
  await followBranch(world, repository, { ...moved, branch: input.branch, by });
  return moved.after;
}
