import { commitToBranch, writeFirstCommit, type NewCommit, type RepositoryName } from '../git-host/commits.ts';
import path from 'node:path';
import { git } from '../git-host/git.ts';
import { branchHead } from '../git-host/git-questions.ts';
import { cloneBareRepository, createBareRepository, type FileContent } from '../git-host/git-repository.ts';
import { inPushQueue } from '../git-host/push-queue.ts';
import { addHook, groupAt, setMember } from './access.ts';
import { settleRefs } from './branches.ts';
import { protectBranch } from './git-protection.ts';
import type { NamespaceRecord, ProjectRecord, UserRecord } from './records.ts';
import { ZERO_SHA } from '../git-host/moved-refs.ts';
import { addUser, repositoryNamed, userNamed, type World } from './world.ts';

/** A project to create with one commit. */
export interface NewRepository {
  /** A user (created on first mention) or, when it was made by `createGroup` or has a slash, a group. */
  readonly owner: string;
  readonly name: string;
  readonly files: Readonly<Record<string, FileContent>>;
  /** Default `main`. It is protected: maintainers may push. */
  readonly defaultBranch?: string;
  readonly private?: boolean;
  /** Whether the stand-in's bot is a member and its hook is there; default true. */
  readonly installed?: boolean;
}

/** Creates users and projects, and changes what is in them without going through the API. */
export interface Repositories {
  createUser(login: string, options?: { readonly bot?: boolean }): UserRecord;
  createRepository(input: NewRepository): Promise<ProjectRecord>;
  /** Copies the branches and tags of a repository on this machine; its checked out branch becomes the default. */
  importRepository(input: {
    readonly owner: string;
    readonly name: string;
    readonly path: string;
  }): Promise<ProjectRecord>;
  forkRepository(input: { readonly repository: RepositoryName; readonly owner: string }): Promise<ProjectRecord>;
  /** Gives a project another name; its old path redirects. */
  renameRepository(input: { readonly repository: RepositoryName; readonly name: string }): void;
  /** Moves a project to another user or group; its old path redirects. */
  transferRepository(input: { readonly repository: RepositoryName; readonly owner: string }): void;
  /** Returns the new commit's id; open merge requests from that branch follow. */
  commit(input: NewCommit): Promise<string>;
  deleteBranch(input: {
    readonly repository: RepositoryName;
    readonly branch: string;
    readonly by: string;
  }): Promise<void>;
}

/** What every installed project gets: the bot as a member, and a hook with that secret. */
export interface Installation {
  readonly bot: UserRecord;
  readonly level: 30 | 40 | 50;
  readonly webhookSecret: string;
  readonly signingSecret: string | undefined;
}

/** Binds them to one world. */
export function createRepositories(world: World, installation: Installation): Repositories {
  const add = (input: Registration): Promise<ProjectRecord> => register(world, installation, input);
  return {
    createUser: (login, options = {}) => addUser(world, login, options.bot ?? false),
    createRepository: async (input) => {
      const id = world.nextId();
      const directory = path.join(world.directory, `${id}.git`);
      const { defaultBranch = 'main', name, files, installed = true } = input;
      await createBareRepository(directory, defaultBranch);
      const namespace = spaceOf(world, input.owner);
      const atSec = Math.floor(world.now() / 1_000);
      await writeFirstCommit(directory, { branch: defaultBranch, files, author: input.owner, atSec });
      return add({ id, namespace, name, directory, defaultBranch, installed, private: input.private ?? false });
    },
    importRepository: async (input) => {
      const id = world.nextId();
      const directory = path.join(world.directory, `${id}.git`);
      const { defaultBranch } = await cloneBareRepository(input.path, directory);
      const namespace = spaceOf(world, input.owner);
      return add({ id, namespace, name: input.name, directory, defaultBranch, installed: true, private: false });
    },
    forkRepository: async ({ repository, owner }) => {
      const parent = repositoryNamed(world, repository);
      const id = world.nextId();
      const directory = path.join(world.directory, `${id}.git`);
      await cloneBareRepository(parent.directory, directory);
      const { name, defaultBranch } = parent;
      const namespace = spaceOf(world, owner);
      return add({ id, namespace, name, directory, defaultBranch, installed: false, private: parent.private, parent });
    },
    renameRepository: ({ repository, name }) => {
      const project = repositoryNamed(world, repository);
      movePath(world, project, { namespace: project.namespace, name });
    },
    transferRepository: ({ repository, owner }) => {
      const project = repositoryNamed(world, repository);
      movePath(world, project, { namespace: spaceOf(world, owner), name: project.name });
    },
    commit: (input) => inPushQueue(repositoryNamed(world, input.repository), () => commit(world, input)),
    deleteBranch: (input) => inPushQueue(repositoryNamed(world, input.repository), () => deleteBranch(world, input)),
  };
}

function spaceOf(world: World, owner: string): NamespaceRecord {
  const known = world.namespaces.get(owner.toLowerCase());
  if (known || owner.includes('/')) return known ?? groupAt(world, owner);
  userNamed(world, owner);
  return groupAt(world, owner);
}

type Registration = Pick<ProjectRecord, 'id' | 'namespace' | 'name' | 'directory' | 'defaultBranch' | 'private'> & {
  readonly installed: boolean;
  readonly parent?: ProjectRecord;
};

async function register(world: World, installation: Installation, input: Registration): Promise<ProjectRecord> {
  const { installed, parent, ...facts } = input;
  await protectBranch(input.directory, input.defaultBranch);
  const project: ProjectRecord = {
    ...facts,
    fullName: `${input.namespace.path}/${input.name}`,
    createdAt: world.now(),
    parent,
    members: new Map(),
    issues: new Map(),
    mergeRequests: new Map(),
    statuses: [],
    commitComments: [],
    uploads: new Map(),
    pipelines: [],
    pushQueue: Promise.resolve(),
  };
  takePath(world, project);
  if (installed) {
    const { bot, level, webhookSecret, signingSecret } = installation;
    setMember(world, project, { user: bot, role: level });
    const signed = signingSecret === undefined ? {} : { signingSecret };
    addHook(world, { repository: project, token: webhookSecret, ...signed });
  }
  return project;
}

function takePath(world: World, project: ProjectRecord): void {
  const key = project.fullName.toLowerCase();
  if (world.projects.has(key)) throw new Error(`the stand-in has a project ${project.fullName} already`);
  world.projects.set(key, project);
  world.formerPaths.delete(key);
}

function movePath(world: World, project: ProjectRecord, to: { namespace: NamespaceRecord; name: string }): void {
  const former = project.fullName.toLowerCase();
  project.namespace = to.namespace;
  project.name = to.name;
  project.fullName = `${to.namespace.path}/${to.name}`;
  world.projects.delete(former);
  takePath(world, project);
  world.formerPaths.set(former, project);
}

async function commit(world: World, input: NewCommit): Promise<string> {
  const project = repositoryNamed(world, input.repository);
  const by = userNamed(world, input.by ?? project.namespace.path.split('/')[0] ?? 'somebody');
  const atSec = Math.floor(world.now() / 1_000);
  const moved = await commitToBranch(project, input, { author: by.login, atSec });
  await settleRefs(world, project, { moved: [moved], by });
  return moved.after;
}

async function deleteBranch(world: World, input: { repository: RepositoryName; branch: string; by: string }) {
  const project = repositoryNamed(world, input.repository);
  const ref = `refs/heads/${input.branch}`;
  const before = await branchHead(project.directory, input.branch);
  if (before === undefined) throw new Error(`${project.fullName} has no branch ${input.branch}`);
  await git(project.directory, ['update-ref', '-d', ref, before]);
  await settleRefs(world, project, { moved: [{ ref, before, after: ZERO_SHA }], by: userNamed(world, input.by) });
}
