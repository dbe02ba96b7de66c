import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Provisioner } from '#core/ports/provisioner.ts';
import type { SandboxOptions } from './limits.ts';

/** What a provisioner is told besides its options: who hears, line by line, of long steps such as building the image. */
export interface SandboxWatch {
  readonly onProgress: (line: string) => void;
}

/** The provisioner to use and, for people, why it is this one. */
export interface ChosenProvisioner {
  readonly provisioner: Provisioner;
  readonly reason: string;
}

/** Names of the places to run. */
type ProvisionerId = NonNullable<SandboxOptions['PROVISIONER']>;

/** Where programs of the local provisioner are looked for; not PATH, which a project directory can be part of. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin';

/** Provisioners by id, loaded when opened. A new place to run is one file and one entry here (and a word of PROVISIONER). */
const provisioners: Readonly<
  Record<ProvisionerId, (options: SandboxOptions, watch: SandboxWatch) => Promise<Provisioner>>
> = {
  docker: async (options, watch) =>
    (await import('./docker.ts')).createDockerProvisioner({
      image: options.CODEX_WORKSPACE_IMAGE,
      instance: options.SANDBOX_INSTANCE,
      pidsMax: options.SANDBOX_DOCKER_PIDS_LIMIT,
      memoryBytes: options.SANDBOX_MEMORY_BYTES,
      cpus: options.SANDBOX_CPUS,
      workspaceBytes: options.SANDBOX_WORKSPACE_BYTES,
      onProgress: watch.onProgress,
    }),
  local: async (options) =>
    (await import('./local.ts')).createLocalProvisioner({
      directory: options.SANDBOX_DIRECTORY ?? join(tmpdir(), `astraforge-${process.getuid?.() ?? 'guests'}`),
      instance: options.SANDBOX_INSTANCE,
      searchPath: SYSTEM_PATH,
      fileBytesMax: options.SANDBOX_WORKSPACE_BYTES,
    }),
};

/**
 * Opens the provisioner that is asked for and makes sure that it works; when none is asked for, docker if an engine
 * answers and the image can be had, else local. Throws AppError `unavailable` with what to do when none works.
 */
export async function chooseProvisioner(options: SandboxOptions, watch: SandboxWatch): Promise<ChosenProvisioner> {
  if (options.PROVISIONER !== undefined) {
    return { provisioner: await openReady(options.PROVISIONER, options, watch), reason: 'PROVISIONER asks for it' };
  }
  try {
    return { provisioner: await openReady('docker', options, watch), reason: 'a container engine answers' };
  } catch (thrown) {
    const why = toAppError(thrown, 'use the container engine').message;
    return { provisioner: await openLocalInstead(why, options, watch), reason: why };
  }
}

async function openReady(id: ProvisionerId, options: SandboxOptions, watch: SandboxWatch): Promise<Provisioner> {
  const provisioner = await provisioners[id](options, watch);
  await provisioner.ready();
  return provisioner;
}

async function openLocalInstead(why: string, options: SandboxOptions, watch: SandboxWatch): Promise<Provisioner> {
  try {
    return await openReady('local', options, watch);
  } catch (cause) {
    const too = toAppError(cause, 'use the local provisioner').message;
    throw new AppError('unavailable', `Nowhere to run agents. docker: ${why} local: ${too}`, { cause });
  }
}
