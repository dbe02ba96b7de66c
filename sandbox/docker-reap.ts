import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import type { GuestLabels } from '#core/ports/provisioner.ts';
import { toEngineError } from './docker-errors.ts';
import { managedFilter, ownerOf } from './docker-owner.ts';
import { removeContainer } from './docker-remove.ts';
import type { GuestDoorDirectories } from './guest-doors.ts';
import { GUEST_PATHS } from './guest-layout.ts';

/** Removals under way at a time. */
const REMOVALS_MAX = 4;
/** Seconds from making a container to starting it, after which nobody is going to. */
const UNSTARTED_SEC_MAX = 300;
const MILLISECONDS = 1_000;

/** What is looked through. */
export interface ReapScope {
  readonly docker: Docker;
  readonly instance: string;
  readonly doors: GuestDoorDirectories;
}

/**
 * Removes the containers of this installation whose runs `isLive` rejects, in whatever state, and those that waited for a
 * run and have ended. One that waits and runs has an owner that lives, here or in another process: it ends when the
 * process that is attached to it does. Asks about all before it removes any. Returns how many were removed.
 */
export async function reapContainers(
  { docker, instance, doors }: ReapScope,
  isLive: (labels: GuestLabels) => Promise<boolean>,
): Promise<number> {
  const listed = await docker
    .listContainers({ all: true, filters: managedFilter(instance) })
    .catch((thrown: unknown) => {
      throw toEngineError(thrown, 'list workspaces');
    });
  const dead: ContainerInfo[] = [];
  for (const container of listed) if (await isDead(container, isLive)) dead.push(container);
  const reaped = await removeAll(dead.map(({ Id: id }) => docker.getContainer(id)));
  for (const directory of dead.flatMap(directoriesShown)) await doors.remove(directory);
  const left = listed.filter((container) => !dead.includes(container));
  await doors.removeUnused(new Set(left.flatMap(directoriesShown)));
  return reaped;
}

async function isDead(container: ContainerInfo, isLive: (labels: GuestLabels) => Promise<boolean>): Promise<boolean> {
  const owner = ownerOf({ names: container.Names, labels: container.Labels });
  if (owner.kind === 'run') return !(await isLive(owner.labels));
  if (owner.kind === 'unknown') return false;
  if (container.State === 'created') return Date.now() / MILLISECONDS - container.Created > UNSTARTED_SEC_MAX;
  return container.State === 'exited' || container.State === 'dead';
}

/** All are tried; the first failure is thrown at the end. */
async function removeAll(containers: readonly Docker.Container[]): Promise<number> {
  const queue = [...containers];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      await removeContainer(next).catch((thrown: unknown) => failures.push(thrown));
    }
  };
  await Promise.all(Array.from({ length: REMOVALS_MAX }, work));
  if (failures.length > 0) throw failures[0];
  return containers.length;
}

function directoriesShown({ Mounts: mounts }: ContainerInfo): string[] {
  return mounts.filter(({ Destination: at }) => at === GUEST_PATHS.sockets).map(({ Source: source }) => source);
}
