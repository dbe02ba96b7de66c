import type Docker from 'dockerode';
import type { ContainerInfo } from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import type { GuestLabels } from '#core/ports/provisioner.ts';
import { askEngine, ENGINE_QUESTION_TIMEOUT_MS } from './ask.ts';
import { toEngineError } from './errors.ts';
import { managedFilter, ownerOf } from './owner.ts';
import { removeContainer } from './remove.ts';
import type { GuestDoorDirectories } from '../guest-doors.ts';
import { GUEST_PATHS } from '../guest-layout.ts';

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
 * process that is attached to it does. Asks about all before it removes any. Returns how many were removed; throws
 * AppError `unavailable` at the end when some could not be.
 */
export async function reapContainers(
  { docker, instance, doors }: ReapScope,
  isLive: (labels: GuestLabels) => Promise<boolean>,
): Promise<number> {
  const ask = (abortSignal: AbortSignal): Promise<ContainerInfo[]> =>
    docker.listContainers({ all: true, filters: managedFilter(instance), abortSignal });
  const action = 'list workspaces';
  const timeoutMs = ENGINE_QUESTION_TIMEOUT_MS;
  const listed = await askEngine({ action, timeoutMs, ask }).catch((thrown: unknown) => {
    throw toEngineError(thrown, action);
  });
  const dead: ContainerInfo[] = [];
  for (const container of listed) if (await isDead(container, isLive)) dead.push(container);
  const failures = await removeAll(docker, dead);
  for (const container of dead)
    if (!failures.has(container)) for (const directory of directoriesShown(container)) await doors.remove(directory);
  const left = listed.filter((container) => !dead.includes(container) || failures.has(container));
  await doors.removeUnused(new Set(left.flatMap(directoriesShown)));
  if (failures.size === 0) return dead.length;
  const [cause] = failures.values();
  const message = `reap workspaces: ${failures.size} of ${dead.length} could not be removed`;
  throw new AppError('unavailable', message, { cause });
}

async function isDead(container: ContainerInfo, isLive: (labels: GuestLabels) => Promise<boolean>): Promise<boolean> {
  const owner = ownerOf({ names: container.Names, labels: container.Labels });
  if (owner.kind === 'run') return !(await isLive(owner.labels));
  if (owner.kind === 'unknown') return false;
  if (container.State === 'created') return Date.now() / MILLISECONDS - container.Created > UNSTARTED_SEC_MAX;
  return container.State === 'exited' || container.State === 'dead';
}

/** All are tried; says which failed, and why. */
async function removeAll(docker: Docker, dead: readonly ContainerInfo[]): Promise<Map<ContainerInfo, unknown>> {
  const queue = [...dead];
  const failures = new Map<ContainerInfo, unknown>();
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const container = next;
      await removeContainer(docker.getContainer(container.Id)).catch((thrown: unknown) => {
        failures.set(container, thrown);
      });
    }
  };
  await Promise.all(Array.from({ length: REMOVALS_MAX }, work));
  return failures;
}

function directoriesShown({ Mounts: mounts }: ContainerInfo): string[] {
  return mounts.filter(({ Destination: at }) => at === GUEST_PATHS.sockets).map(({ Source: source }) => source);
}
