import { randomBytes } from 'node:crypto';
import type { ContainerCreateOptions } from 'dockerode';
import type { GuestLabels, GuestSpec } from '#core/ports/provisioner.ts';
import { FORWARDER_PATH, GUEST_ENV, GUEST_HOST_NAME, GUEST_PATHS, GUEST_USER_ID } from './guest-layout.ts';
import { HOME_BYTES, INODES_MAX, OPEN_FILES_MAX, SHARED_MEMORY_BYTES, TMP_BYTES } from './limits.ts';

/** What of a container an installation can change. `cpus` is a fraction, sizes are bytes. */
export interface DockerLimits {
  readonly image: string;
  readonly instance: string;
  readonly pidsMax: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly workspaceBytes: number;
}

const LABEL_MANAGED = 'astraforge.managed';
const LABEL_INSTANCE = 'astraforge.instance';
const LABEL_RUN = 'astraforge.run';
const LABEL_EPOCH = 'astraforge.epoch';
const NANO_CPUS_PER_CPU = 1e9;

/**
 * The whole container, with nothing in it that could be a secret or a stranger's text. Flags as verified
 * with the real agent; the engine's default seccomp profile applies because no other is named.
 * Writable places are tmpfs, so their size is bounded and they count as the container's memory.
 */
export function containerSpec(spec: GuestSpec, limits: DockerLimits): ContainerCreateOptions {
  return {
    name: containerName(spec.labels),
    Image: limits.image,
    Hostname: GUEST_HOST_NAME,
    User: `${GUEST_USER_ID}:${GUEST_USER_ID}`,
    WorkingDir: GUEST_PATHS.workspace,
    Env: Object.entries(GUEST_ENV).map(([key, value]) => `${key}=${value}`),
    Entrypoint: ['node'],
    Cmd: [FORWARDER_PATH],
    Labels: {
      [LABEL_MANAGED]: 'true',
      [LABEL_INSTANCE]: limits.instance,
      [LABEL_RUN]: spec.labels.runId,
      [LABEL_EPOCH]: String(spec.labels.epoch),
    },
    HostConfig: hostConfig(spec, limits),
  };
}

/** `CgroupnsMode` is in the engine's API since 1.41 but not yet in the client's types. */
type HostConfig = NonNullable<ContainerCreateOptions['HostConfig']> & { readonly CgroupnsMode: 'private' };

function hostConfig(spec: GuestSpec, limits: DockerLimits): HostConfig {
  return {
    Init: true,
    NetworkMode: 'none',
    IpcMode: 'private',
    CgroupnsMode: 'private',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    PidsLimit: limits.pidsMax,
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * NANO_CPUS_PER_CPU),
    OomScoreAdj: 500,
    ShmSize: SHARED_MEMORY_BYTES,
    Ulimits: [
      { Name: 'nofile', Soft: OPEN_FILES_MAX, Hard: OPEN_FILES_MAX },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    LogConfig: { Type: 'local', Config: { 'max-size': '1m', 'max-file': '1', compress: 'false' } },
    RestartPolicy: { Name: 'no' },
    Tmpfs: {
      '/tmp': tmpfs(TMP_BYTES, '1777'),
      [GUEST_PATHS.home]: tmpfs(HOME_BYTES, '0700'),
      [GUEST_PATHS.workspace]: tmpfs(limits.workspaceBytes, '0700'),
    },
    Mounts: [{ Type: 'bind', Source: spec.socketDirectory, Target: GUEST_PATHS.sockets, ReadOnly: true }],
  };
}

/** Executable, since agents build and run programs there; Docker's own default is noexec. */
function tmpfs(bytes: number, mode: string): string {
  const owner = `uid=${GUEST_USER_ID},gid=${GUEST_USER_ID}`;
  return `rw,exec,nosuid,nodev,size=${bytes},nr_inodes=${INODES_MAX},mode=${mode},${owner}`;
}

/** Readable in `docker ps`, unique, and within the engine's alphabet whatever the run id holds. */
function containerName(labels: GuestLabels): string {
  const run = labels.runId.replace(/[^a-zA-Z0-9_.-]/g, '-').slice(0, 60);
  return `astraforge-${run}-${labels.epoch}-${randomBytes(4).toString('hex')}`;
}

/** Label filters for `GET /containers/json` that match the guests of one installation only. */
export function managedFilter(instance: string): { label: string[] } {
  return { label: [`${LABEL_MANAGED}=true`, `${LABEL_INSTANCE}=${instance}`] };
}

/** Run and epoch of a container of ours; null when its labels are not what {@link containerSpec} writes. */
export function readLabels(labels: Readonly<Record<string, string>>): GuestLabels | null {
  const runId = labels[LABEL_RUN];
  const epoch = Number(labels[LABEL_EPOCH] ?? 'none');
  if (labels[LABEL_MANAGED] !== 'true' || !runId || !Number.isSafeInteger(epoch)) return null;
  return { runId, epoch };
}
