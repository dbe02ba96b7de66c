import { parties, type Act } from './acts.ts';
import { installationNumbered, installationOn, repositoriesOf } from './installations.ts';
import type { InstallationRecord, RepositoryRecord, UserRecord } from './records.ts';
import { renderUser } from './render-user.ts';
import { announceInstallation, announceInstallationRepositories, announceRepository } from './webhook-life.ts';
import type { Delivery } from './webhook-sender.ts';
import { findRepository, userNamed, type World } from './world.ts';

interface Sent {
  readonly delivery: Delivery;
}

interface InstallationAct {
  readonly installation: number;
  readonly by: string;
}

/** What owners do to repositories and to the App's installation. Former names lead on to the new ones until they are taken. */
export interface Owners {
  renameRepository(act: Act & { name: string }): Promise<Sent>;
  /** To an account on which the App is installed, unless `installed` is false; its number stays. */
  transferRepository(act: Act & { to: string; installed?: boolean }): Promise<Sent>;
  /** Its tokens answer 403 from now on, and no new ones are made. */
  suspendInstallation(act: InstallationAct): Promise<Sent>;
  unsuspendInstallation(act: InstallationAct): Promise<Sent>;
  /** Its tokens are no good any more, and what it reached is out of reach. */
  deleteInstallation(act: InstallationAct): Promise<Sent>;
  /** On all repositories of an account, under a new number. */
  install(act: { readonly account: string; readonly by: string }): Promise<Sent & { installation: number }>;
  removeFromInstallation(act: Act): Promise<Sent>;
  addToInstallation(act: Act): Promise<Sent>;
}

/** Binds the acts to one world. */
export function createOwners(world: World): Owners {
  return {
    renameRepository: async (act) => {
      const { repository, user } = parties(world, act);
      const from = repository.name;
      move(world, repository, { owner: repository.owner, name: act.name });
      const changes = { repository: { name: { from } } };
      return { delivery: await announceRepository(world, repository, { action: 'renamed', sender: user, changes }) };
    },
    transferRepository: (act) => transfer(world, act),
    suspendInstallation: (act) => suspend(world, act, true),
    unsuspendInstallation: (act) => suspend(world, act, false),
    deleteInstallation: (act) => deleteInstallation(world, act),
    install: async (act) => {
      const account = userNamed(world, act.account);
      const installation = installationOn(world, account);
      for (const one of world.repositories.values()) if (one.owner === account) one.installationId = installation.id;
      const about = { installation, repositories: repositoriesOf(world, installation) };
      const happening = { action: 'created', sender: userNamed(world, act.by) };
      return { installation: installation.id, delivery: await announceInstallation(world, about, happening) };
    },
    removeFromInstallation: async (act) => {
      const { repository } = parties(world, act);
      const installation = installationNumbered(world, repository.installationId);
      repository.installationId = undefined;
      return select(world, act, { installation, action: 'removed' });
    },
    addToInstallation: async (act) => {
      const { repository } = parties(world, act);
      const installation = installationOn(world, repository.owner);
      repository.installationId = installation.id;
      return select(world, act, { installation, action: 'added' });
    },
  };
}

/** Gives a repository its new name; whoever asks for the former one is sent on. */
function move(world: World, repository: RepositoryRecord, to: { owner: UserRecord; name: string }): void {
  const fullName = `${to.owner.login}/${to.name}`;
  if (findRepository(world, fullName)) throw new Error(`there is a repository ${fullName} already`);
  world.repositories.delete(repository.fullName.toLowerCase());
  world.formerNames.set(repository.fullName.toLowerCase(), repository);
  repository.owner = to.owner;
  repository.name = to.name;
  repository.fullName = fullName;
  world.repositories.set(fullName.toLowerCase(), repository);
  world.formerNames.delete(fullName.toLowerCase());
}

async function transfer(world: World, act: Parameters<Owners['transferRepository']>[0]): Promise<Sent> {
  const { repository, user } = parties(world, act);
  const former = repository.owner;
  const owner = userNamed(world, act.to);
  move(world, repository, { owner, name: repository.name });
  repository.installationId = (act.installed ?? true) ? installationOn(world, owner).id : undefined;
  const kind = former.type === 'Organization' ? 'organization' : 'user';
  const changes = { owner: { from: { [kind]: renderUser(world, former) } } };
  return { delivery: await announceRepository(world, repository, { action: 'transferred', sender: user, changes }) };
}

async function suspend(world: World, act: InstallationAct, on: boolean): Promise<Sent> {
  const installation = installationNumbered(world, act.installation);
  const sender = userNamed(world, act.by);
  installation.suspended = on ? { by: sender, at: world.now() } : undefined;
  const about = { installation, repositories: repositoriesOf(world, installation) };
  const happening = { action: on ? 'suspend' : 'unsuspend', sender };
  return { delivery: await announceInstallation(world, about, happening) };
}

async function deleteInstallation(world: World, act: InstallationAct): Promise<Sent> {
  const installation = installationNumbered(world, act.installation);
  const repositories = repositoriesOf(world, installation);
  for (const one of repositories) one.installationId = undefined;
  for (const token of world.tokens.values()) token.revoked ||= token.installationId === installation.id;
  world.installations.delete(installation.id);
  const happening = { action: 'deleted', sender: userNamed(world, act.by) };
  return { delivery: await announceInstallation(world, { installation, repositories }, happening) };
}

async function select(
  world: World,
  act: Act,
  change: { readonly installation: InstallationRecord; readonly action: 'added' | 'removed' },
): Promise<Sent> {
  const { repository, user } = parties(world, act);
  const { installation, action } = change;
  installation.selection = 'selected';
  const about = { installation, repositories: [repository] };
  return { delivery: await announceInstallationRepositories(world, about, { action, sender: user }) };
}
