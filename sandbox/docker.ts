import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import type { Container } from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestLabels, GuestSpec, Provisioner } from '#core/ports/provisioner.ts';
import { engineStatus, toEngineError } from './docker-errors.ts';
import { execInContainer } from './docker-exec.ts';
import { containerSpec, managedFilter, readLabels } from './docker-spec.ts';
import type { DockerLimits } from './docker-spec.ts';
import { GUEST_PATHS } from './guest-layout.ts';
import { ensureImage } from './docker-image.ts';
import { OWN_IMAGE } from './limits.ts';
import { downloadFile, uploadFile } from './transfer.ts';

/** Milliseconds within which an engine has to say that it is there. */
const PING_TIMEOUT_MS = 3_000;
/** Milliseconds a removal that another caller started may take. */
const REMOVAL_TIMEOUT_MS = 10_000;
const REMOVAL_POLL_MS = 20;

/** What the docker provisioner is made from. `onProgress` gets one line per step while an image is being made. */
export interface DockerSettings extends DockerLimits {
  readonly onProgress: (line: string) => void;
}

/**
 * Containers with the complete set of hardening flags of `docker-spec.ts`. The engine is the one the Docker client would
 * use (`DOCKER_HOST`, else the local socket); access to it is access to the whole machine, so only this ring has it.
 */
export function createDockerProvisioner(settings: DockerSettings): Provisioner {
  const docker = new Docker();
  /** Forgotten when a guest cannot be made: an image can be removed while we run, and the next attempt makes it again. */
  let preparation: Promise<DockerLimits> | undefined;
  const prepare = async (): Promise<DockerLimits> => {
    preparation ??= prepareEngine(docker, settings).catch((thrown: unknown) => {
      preparation = undefined;
      throw thrown;
    });
    return preparation;
  };
  return {
    name: 'docker',
    ready: async () => {
      await pingEngine(docker);
      await prepare();
    },
    create: async (spec) => {
      const limits = await prepare();
      return createGuest(docker, spec, limits).catch((thrown: unknown) => {
        preparation = undefined;
        throw thrown;
      });
    },
    reap: (isLive) => reapGuests(docker, settings.instance, isLive),
  };
}

async function pingEngine(docker: Docker): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PING_TIMEOUT_MS} ms`)), PING_TIMEOUT_MS);
  });
  try {
    await Promise.race([docker.ping(), late]);
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'No container engine answers. Start Docker and let this user reach its socket (see DOCKER_HOST), or set PROVISIONER=local.',
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** An engine refuses more CPUs than it has, so the wish is cut to that. */
async function prepareEngine(docker: Docker, settings: DockerSettings): Promise<DockerLimits> {
  const [info] = await Promise.all([
    docker.info(),
    ensureImage(docker, { ...settings, own: settings.image === OWN_IMAGE }),
  ]).catch((thrown: unknown) => {
    throw toEngineError(thrown, 'prepare the container engine');
  });
  const cpus: unknown = info.NCPU;
  return { ...settings, cpus: typeof cpus === 'number' && cpus > 0 ? Math.min(settings.cpus, cpus) : settings.cpus };
}

async function createGuest(docker: Docker, spec: GuestSpec, limits: DockerLimits): Promise<Guest> {
  let container: Container | undefined;
  try {
    container = await docker.createContainer(containerSpec(spec, limits));
    await container.start();
  } catch (thrown) {
    await container?.remove({ force: true, v: true }).catch(() => undefined);
    if (container === undefined && engineStatus(thrown) === 404) {
      throw new AppError('unavailable', `create a workspace: image ${limits.image} is not on the engine`, {
        cause: thrown,
      });
    }
    throw toEngineError(thrown, 'create a workspace');
  }
  return dockerGuest(container);
}

function dockerGuest(container: Container): Guest {
  const exec: Guest['exec'] = (command) => execInContainer(container, command);
  return {
    id: container.id,
    paths: GUEST_PATHS,
    exec,
    upload: (path, content) => uploadFile(exec, path, content),
    download: (path, bytesMax) => downloadFile(exec, path, bytesMax),
    destroy: () => removeContainer(container),
  };
}

/** 404: already gone. 409: somebody else is removing it, so wait until it is gone. */
async function removeContainer(container: Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (thrown) {
    if (engineStatus(thrown) === 404) return;
    if (engineStatus(thrown) !== 409) throw toEngineError(thrown, 'destroy a workspace');
    await waitUntilGone(container);
  }
}

async function waitUntilGone(container: Container): Promise<void> {
  const deadline = performance.now() + REMOVAL_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const gone = await container.inspect().then(
      () => false,
      (thrown: unknown) => engineStatus(thrown) === 404,
    );
    if (gone) return;
    await delay(REMOVAL_POLL_MS);
  }
  throw new AppError('unavailable', 'destroy a workspace: the container engine did not finish');
}

async function reapGuests(
  docker: Docker,
  instance: string,
  isLive: (labels: GuestLabels) => Promise<boolean>,
): Promise<number> {
  const listed = await docker
    .listContainers({ all: true, filters: managedFilter(instance) })
    .catch((thrown: unknown) => {
      throw toEngineError(thrown, 'list workspaces');
    });
  let reaped = 0;
  let failure: unknown;
  for (const { Id: id, Labels: found } of listed) {
    const labels = readLabels(found);
    if (labels === null || (await isLive(labels))) continue;
    try {
      await removeContainer(docker.getContainer(id));
      reaped += 1;
    } catch (thrown) {
      failure ??= thrown;
    }
  }
  if (failure !== undefined) throw failure;
  return reaped;
}
