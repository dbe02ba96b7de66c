import type { ContainerCreateOptions } from 'dockerode';
import { DAEMON_ARGV } from '../daemon/channel.ts';
import { GUEST_ENV, GUEST_HOST_NAME, GUEST_PATHS, GUEST_USER_ID } from '../guest-layout.ts';
import { HOME_BYTES, INODES_MAX, OOM_SCORE, OPEN_FILES_MAX, SHARED_MEMORY_BYTES, TMP_BYTES } from '../limits.ts';
import { STRONG_RUNTIME } from '../profile.ts';
import type { SandboxProfile } from '../profile.ts';
import { seccompOption } from '../seccomp.ts';

/** What of a container an installation can change. `cpus` is a fraction, sizes are bytes. */
export interface DockerLimits {
  readonly image: string;
  readonly instance: string;
  readonly pidsMax: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly workspaceBytes: number;
  /** Absent: `standard`. */
  readonly profile?: SandboxProfile;
  /** Whether the engine confines with AppArmor; absent: it does not. */
  readonly appArmor?: boolean;
}

const NANO_CPUS_PER_CPU = 1e9;

/** What makes one container different from the others. `imageId` is a digest, so that what runs is what was looked at. */
export interface ContainerPlan {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly imageId: string;
  /** Directory of the host that is shown at `GUEST_PATHS.sockets`, read-only. */
  readonly socketDirectory: string;
}

const [ENTRYPOINT, ...ARGUMENTS] = DAEMON_ARGV;

/**
 * The whole container, with nothing in it that could be a secret or a stranger's text. Whether the flags took effect is
 * looked up inside before anything runs there (`verify/guest.ts`). Writable places are tmpfs, so their size is bounded and
 * they count as the container's memory.
 */
export function containerSpec(plan: ContainerPlan, limits: DockerLimits): ContainerCreateOptions {
  return {
    name: plan.name,
    Image: plan.imageId,
    Hostname: GUEST_HOST_NAME,
    User: `${GUEST_USER_ID}:${GUEST_USER_ID}`,
    WorkingDir: GUEST_PATHS.workspace,
    Env: Object.entries(GUEST_ENV).map(([key, value]) => `${key}=${value}`),
    Entrypoint: [ENTRYPOINT],
    Cmd: ARGUMENTS,
    // The engine closes stdin when the one who attached goes away, which ends the daemon and with it the container.
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    // An image can bring one, which the engine would run beside the daemon.
    Healthcheck: { Test: ['NONE'] },
    Labels: { ...plan.labels },
    HostConfig: hostConfig(plan, limits),
  };
}

/** `CgroupnsMode` is in the engine's API since 1.41 but not yet in the client's types. */
type HostConfig = NonNullable<ContainerCreateOptions['HostConfig']> & { readonly CgroupnsMode: 'private' };

function hostConfig(plan: ContainerPlan, limits: DockerLimits): HostConfig {
  return {
    Init: false,
    NetworkMode: 'none',
    IpcMode: 'private',
    CgroupnsMode: 'private',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: securityOptions(limits),
    ...(limits.profile === 'strong' ? { Runtime: STRONG_RUNTIME } : {}),
    PidsLimit: limits.pidsMax,
    Memory: limits.memoryBytes,
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * NANO_CPUS_PER_CPU),
    OomScoreAdj: OOM_SCORE,
    ShmSize: SHARED_MEMORY_BYTES,
    Ulimits: [
      { Name: 'nofile', Soft: OPEN_FILES_MAX, Hard: OPEN_FILES_MAX },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
    Tmpfs: {
      '/tmp': tmpfs(TMP_BYTES, '1777'),
      [GUEST_PATHS.home]: tmpfs(HOME_BYTES, '0700'),
      [GUEST_PATHS.workspace]: tmpfs(limits.workspaceBytes, '0700'),
    },
    Mounts: [{ Type: 'bind', Source: plan.socketDirectory, Target: GUEST_PATHS.sockets, ReadOnly: true }],
  };
}

/** An engine without AppArmor would accept its profile in silence, so it is named only where it holds. */
function securityOptions({ appArmor = false }: DockerLimits): string[] {
  return ['no-new-privileges:true', seccompOption(), ...(appArmor ? ['apparmor=docker-default'] : [])];
}

/** Executable, since agents build and run programs there; Docker's own default is noexec. */
function tmpfs(bytes: number, mode: string): string {
  const owner = `uid=${GUEST_USER_ID},gid=${GUEST_USER_ID}`;
  return `rw,exec,nosuid,nodev,size=${bytes},nr_inodes=${INODES_MAX},mode=${mode},${owner}`;
}
