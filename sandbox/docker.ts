import Docker from 'dockerode';
import { AppError } from '#core/domain/errors.ts';
import type { Guest, GuestSpec, Provisioner } from '#core/ports/provisioner.ts';
import { makeCell } from './docker/cell.ts';
import { fitLimits, pingEngine } from './docker/engine.ts';
import { openImages } from './docker/images.ts';
import { reapContainers } from './docker/reap.ts';
import type { DockerLimits } from './docker/spec.ts';
import { openGuestDoors } from './guest-doors.ts';
import { requireAllowedImage } from './images-allowed.ts';
import { OWN_IMAGE } from './limits.ts';
import { openPool } from './pool.ts';

/** What the docker provisioner is made from. */
export interface DockerSettings extends DockerLimits {
  /** Image of the installation. */
  readonly image: string;
  /** Images a repository may ask for instead; see `requireAllowedImage`. */
  readonly imagesAllowed: readonly string[];
  /** Directory of the host below which the sockets of runs are; guests are shown directories beside them. */
  readonly socketRoot: string;
  /** Containers that are started before a run needs them. */
  readonly poolSize: number;
  /** Hears, line by line, of an image being made and of what went wrong behind the scenes. */
  readonly onProgress: (line: string) => void;
}

/**
 * Containers with the complete set of hardening flags of `docker/spec.ts`, commands by a daemon inside. The engine is the
 * one the Docker client would use (`DOCKER_HOST`, else the local socket); access to it is access to the whole machine, so
 * only this ring has it. Disposing removes the containers that wait; those of runs stay until they are destroyed or reaped,
 * or end with this process.
 */
export function createDockerProvisioner(settings: DockerSettings): Provisioner & AsyncDisposable {
  const docker = new Docker();
  const doors = openGuestDoors(settings.socketRoot, settings.instance);
  const images = openImages(docker, OWN_IMAGE, settings.image);
  let fitted: Promise<DockerLimits> | undefined;
  const fit = (): Promise<DockerLimits> => {
    fitted ??= fitLimits(docker, settings, settings.onProgress).catch((thrown: unknown) => {
      fitted = undefined;
      throw thrown;
    });
    return fitted;
  };
  /** Images by digest: after an update nothing of the old one is given out. */
  const pool = openPool({
    size: settings.poolSize,
    onFailure: ({ message }) => settings.onProgress(`a workspace that waits for a run: ${message}`),
    make: async (id, run) => makeCell({ docker, doors, limits: await fit() }, images.known(id), run),
  });
  const create = async (spec: GuestSpec): Promise<Guest> => {
    const name = spec.image ?? settings.image;
    if (name !== settings.image) requireAllowedImage(settings.imagesAllowed, name);
    const { id } = await images.prepare(name, spec.onProgress ?? settings.onProgress);
    return pool.create(id, spec).catch((thrown: unknown) => {
      images.forget(name);
      throw thrown;
    });
  };
  return {
    name: 'docker',
    doors: 'sockets',
    ready: async () => {
      await pingEngine(docker);
      await fit();
      pool.warm((await images.prepare(settings.image, settings.onProgress)).id);
    },
    create: async (spec) => {
      if (spec.doors.kind === 'sockets') return create(spec);
      throw new AppError('invalid', 'create a workspace: containers of this engine take sockets only');
    },
    reap: (isLive) => reapContainers({ docker, instance: settings.instance, doors }, isLive),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
