import type { InstallationRecord, RepositoryRecord, UserRecord } from './records.ts';
import type { World } from './world.ts';

/** The installation on an account, made when there is none. */
export function installationOn(world: World, account: UserRecord): InstallationRecord {
  for (const installation of world.installations.values())
    if (installation.account.id === account.id) return installation;
  const made: InstallationRecord = { id: world.nextId(), account, selection: 'all', suspended: undefined };
  world.installations.set(made.id, made);
  return made;
}

/** The installation with that id; throws when there is none. */
export function installationNumbered(world: World, id: number | undefined): InstallationRecord {
  const installation = id === undefined ? undefined : world.installations.get(id);
  if (!installation) throw new Error(`the stand-in has no installation ${id}`);
  return installation;
}

/** Repositories that an installation reaches. */
export function repositoriesOf(world: World, { id }: InstallationRecord): RepositoryRecord[] {
  return [...world.repositories.values()].filter((one) => one.installationId === id);
}
