import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, toAppError } from '#core/domain/errors.ts';
import type { Provisioner } from '#core/ports/provisioner.ts';
import { requireWholeBeginnings } from './images-allowed.ts';
import type { SandboxOptions } from './limits.ts';

/** What a provisioner is told besides its options. */
export interface SandboxSurroundings {
  /** Hears, line by line, of long steps such as building the image. */
  readonly onProgress: (line: string) => void;
  /** Directory below which the sockets of runs are; guests are shown directories in it. */
  readonly socketRoot: string;
}

/** The provisioner to use and, for people, why it is this one. Disposing removes what waits for a run. */
export interface ChosenProvisioner extends AsyncDisposable {
  readonly provisioner: Provisioner;
  readonly reason: string;
}

/** A provisioner that may hold something while nobody uses it. */
type OpenProvisioner = Provisioner & Partial<AsyncDisposable>;

/** Names of the places to run. */
type ProvisionerId = NonNullable<SandboxOptions['PROVISIONER']>;

/** Where programs of the local provisioner are looked for; not PATH, which a project directory can be part of. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin';

/** Provisioners by id, loaded when opened. A new place to run is one file and one entry here (and a word of PROVISIONER). */
const provisioners: Readonly<
  Record<ProvisionerId, (options: SandboxOptions, surroundings: SandboxSurroundings) => Promise<OpenProvisioner>>
> = {
  docker: async (options, surroundings) =>
    (await import('./docker.ts')).createDockerProvisioner({
      image: options.CODEX_WORKSPACE_IMAGE,
      instance: options.SANDBOX_INSTANCE,
      pidsMax: options.SANDBOX_DOCKER_PIDS_LIMIT,
      memoryBytes: options.SANDBOX_MEMORY_BYTES,
      cpus: options.SANDBOX_CPUS,
      workspaceBytes: options.SANDBOX_WORKSPACE_BYTES,
      profile: options.SANDBOX_PROFILE,
      imagesAllowed: options.SANDBOX_IMAGES_ALLOWED,
      poolSize: options.SANDBOX_POOL_SIZE,
      ...surroundings,
    }),
  k8s: async (options, surroundings) =>
    (await import('./kubernetes.ts')).createKubernetesProvisioner({
      namespace: options.SANDBOX_K8S_NAMESPACE,
      kubeconfigPath: options.KUBECONFIG,
      image: options.CODEX_WORKSPACE_IMAGE,
      imagesAllowed: options.SANDBOX_IMAGES_ALLOWED,
      instance: options.SANDBOX_INSTANCE,
      memoryBytes: options.SANDBOX_MEMORY_BYTES,
      cpus: options.SANDBOX_CPUS,
      workspaceBytes: options.SANDBOX_WORKSPACE_BYTES,
      secondsMax: options.SANDBOX_K8S_POD_SECONDS_MAX,
      serviceAccount: options.SANDBOX_K8S_SERVICE_ACCOUNT,
      runtimeClass: options.SANDBOX_K8S_RUNTIME_CLASS ?? (options.SANDBOX_PROFILE === 'strong' ? 'gvisor' : null),
      kernel: options.SANDBOX_PROFILE === 'strong' ? 'gvisor' : 'linux',
      userNamespaces: options.SANDBOX_K8S_USER_NAMESPACES,
      poolSize: options.SANDBOX_POOL_SIZE,
      ...surroundings,
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
 * answers and the image can be had, else local. Throws AppError `unavailable` with what to do when none works, `invalid` for
 * a list of images that allows more than it says.
 */
export async function chooseProvisioner(
  options: SandboxOptions,
  surroundings: SandboxSurroundings,
): Promise<ChosenProvisioner> {
  requireWholeBeginnings(options.SANDBOX_IMAGES_ALLOWED);
  if (options.PROVISIONER !== undefined) {
    return chosen(await openReady(options.PROVISIONER, options, surroundings), 'PROVISIONER asks for it');
  }
  try {
    return chosen(await openReady('docker', options, surroundings), 'a container engine answers');
  } catch (thrown) {
    const why = toAppError(thrown, 'use the container engine').message;
    return chosen(await openLocalInstead(why, options, surroundings), why);
  }
}

function chosen(provisioner: OpenProvisioner, reason: string): ChosenProvisioner {
  return { provisioner, reason, [Symbol.asyncDispose]: async () => provisioner[Symbol.asyncDispose]?.() };
}

async function openReady(
  id: ProvisionerId,
  options: SandboxOptions,
  surroundings: SandboxSurroundings,
): Promise<OpenProvisioner> {
  const provisioner = await provisioners[id](options, surroundings);
  await provisioner.ready();
  return provisioner;
}

async function openLocalInstead(
  why: string,
  options: SandboxOptions,
  surroundings: SandboxSurroundings,
): Promise<OpenProvisioner> {
  try {
    return await openReady('local', options, surroundings);
  } catch (cause) {
    const too = toAppError(cause, 'use the local provisioner').message;
    throw new AppError('unavailable', `Nowhere to run agents. docker: ${why} local: ${too}`, { cause });
  }
}
