import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestLabels, GuestSpec } from '#core/ports/provisioner.ts';
import { openDaemon } from '../daemon/channel.ts';
import type { GuestDaemon } from '../daemon/channel.ts';
import { askEngine, ENGINE_CHANGE_TIMEOUT_MS } from './ask.ts';
import { attachContainer } from './attach.ts';
import { engineStatus, toEngineError } from './errors.ts';
import type { EngineImage } from './image-engine.ts';
import { containerLabels, poolName, runName } from './owner.ts';
import { removeContainer } from './remove.ts';
import { containerSpec } from './spec.ts';
import type { DockerLimits } from './spec.ts';
import type { GuestDoorDirectories } from '../guest-doors.ts';
import { guestEnvironment } from '../guest-environment.ts';
import { GUEST_PATHS } from '../guest-layout.ts';
import type { Cell } from '../cell.ts';
import { downloadFile, uploadFile } from '../transfer.ts';
import { expectedContainer } from '../verify/expected.ts';
import { verifyGuest } from '../verify/guest.ts';

/** Milliseconds in which the daemon of a waiting container has to answer, or it is not used. */
const PING_TIMEOUT_MS = 2_000;
const CHANGE = { action: 'create a workspace', timeoutMs: ENGINE_CHANGE_TIMEOUT_MS } as const;

/** What containers are made with. */
export interface CellMeans {
  readonly docker: Docker;
  readonly limits: DockerLimits;
  readonly doors: GuestDoorDirectories;
}

/** A container that runs, with its daemon and the directory it is shown. */
interface Running {
  readonly container: Container;
  readonly daemon: GuestDaemon;
  readonly directory: string;
}

/**
 * Makes and starts a container, and looks inside whether it is walled in. For a run whose labels are given it carries them
 * from the first moment; without, it waits for one. Nothing is left of one that fails. Throws AppError `unavailable`, or
 * `denied` for one that is not as it must be.
 */
export async function makeCell(means: CellMeans, image: EngineImage, run?: GuestLabels): Promise<Cell> {
  const directory = await means.doors.make();
  let container: Container | undefined;
  let daemon: GuestDaemon | undefined;
  try {
    const name = run === undefined ? poolName() : runName(run);
    const labels = containerLabels(means.limits.instance, run);
    const plan = { name, labels, imageId: image.id, socketDirectory: directory };
    const wanted = containerSpec(plan, means.limits);
    const ask = (abortSignal: AbortSignal): Promise<Container> =>
      means.docker.createContainer({ ...wanted, abortSignal });
    container = await askEngine({ ...CHANGE, ask });
    daemon = await startDaemon(container, image);
    const guest = guestOf(means, image, { container, daemon, directory });
    await verifyGuest(guest, expectedContainer(means.limits));
    return cellOf(means, guest, { container, daemon, directory, isNamed: run !== undefined });
  } catch (thrown) {
    if (container !== undefined) await removeContainer(container).catch(() => undefined);
    // Where the engine did not remove it, the end of its stdin still ends what runs inside.
    daemon?.close();
    await means.doors.remove(directory);
    if (container === undefined && engineStatus(thrown) === 404) {
      throw new AppError('unavailable', 'create a workspace: its image is not on the engine', { cause: thrown });
    }
    throw toEngineError(thrown, 'create a workspace');
  }
}

async function startDaemon(container: Container, image: EngineImage): Promise<GuestDaemon> {
  const { stream, complaint } = await attachContainer(container);
  const daemon = openDaemon(stream, { env: guestEnvironment(image.env) });
  try {
    await askEngine({ ...CHANGE, ask: (abortSignal) => container.start({ abortSignal }) });
    await daemon.ready;
    return daemon;
  } catch (thrown) {
    daemon.close();
    if (complaint() === '') throw thrown;
    throw new AppError('unavailable', 'create a workspace: its daemon did not start', {
      cause: new Error(complaint()),
    });
  }
}

function guestOf({ doors }: CellMeans, image: EngineImage, { container, daemon, directory }: Running): Guest {
  const exec: Guest['exec'] = (command) => daemon.exec(command);
  return {
    id: container.id,
    madeFrom: `docker ${image.id}`,
    paths: GUEST_PATHS,
    exec,
    upload: (path, content) => uploadFile(exec, path, content),
    download: (path, bytesMax) => downloadFile(exec, path, bytesMax),
    destroy: async () => {
      try {
        await removeContainer(container);
        await doors.remove(directory);
      } finally {
        daemon.close();
      }
    },
  };
}

function cellOf({ doors }: CellMeans, guest: Guest, cell: Running & { readonly isNamed: boolean }): Cell {
  const { container, daemon, directory, isNamed } = cell;
  const claim = async ({ labels, doors: from }: GuestSpec): Promise<void> => {
    if (from.kind !== 'sockets') throw new AppError('invalid', 'create a workspace: containers take sockets only');
    const rename = (abortSignal: AbortSignal): Promise<unknown> =>
      container.rename({ name: runName(labels), abortSignal });
    const named = isNamed ? undefined : askEngine({ ...CHANGE, ask: rename });
    const done = await Promise.allSettled([named, doors.lead(directory, from.directory), daemon.ping(PING_TIMEOUT_MS)]);
    const failed = done.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw toEngineError(failed.reason, 'create a workspace');
  };
  return {
    closed: daemon.closed,
    assign: async (spec) => {
      await claim(spec);
      return guest;
    },
    destroy: () => guest.destroy(),
  };
}
