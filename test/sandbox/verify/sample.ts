import type { DockerLimits } from '../../../sandbox/docker/spec.ts';

const MEBIBYTE = 1024 * 1024;

/** Limits of the container whose report is below. */
export const SAMPLE_LIMITS: DockerLimits = {
  image: 'sha256:0',
  instance: 'test',
  pidsMax: 256,
  memoryBytes: 512 * MEBIBYTE,
  cpus: 0.5,
  workspaceBytes: 64 * MEBIBYTE,
};

const TMPFS = 'rw,nosuid,nodev,relatime - tmpfs tmpfs rw';
const OWNED = 'nr_inodes=500000,mode=700,uid=10001,gid=10001';
const STATUS = `Name:\tgrep
Uid:\t10001\t10001\t10001\t10001
Gid:\t10001\t10001\t10001\t10001
Groups:\t10001 
${['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'].map((set) => `Cap${set}:\t0000000000000000`).join('\n')}
NoNewPrivs:\t1
Seccomp:\t2
Seccomp_filters:\t1`;
const MOUNTS = `80 55 0:39 / / ro,relatime master:2 - overlay overlay rw,lowerdir=/l:/m,upperdir=/d,workdir=/w
81 80 0:42 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
82 80 0:43 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
83 82 0:44 / /dev/pts rw,nosuid,noexec,relatime - devpts devpts rw,gid=5,mode=620,ptmxmode=666
84 80 0:45 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
85 84 0:46 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
89 85 0:32 / /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
95 82 0:41 / /dev/mqueue rw,nosuid,nodev,noexec,relatime - mqueue mqueue rw
96 82 0:47 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
98 80 0:48 / /tmp ${TMPFS},size=524288k,nr_inodes=500000,uid=10001,gid=10001
99 80 0:49 / /workspace ${TMPFS},size=65536k,${OWNED}
100 80 254:0 /sockets/of\\040a\\040run /run/astraforge ro,relatime - ext4 /dev/vda rw
103 80 254:0 /containers/x/hosts /etc/hosts ro,relatime - ext4 /dev/vda rw
104 80 0:50 / /home/agent ${TMPFS},size=262144k,${OWNED}
59 81 0:42 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw
61 81 0:43 /null /proc/keys rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
63 84 0:52 / /sys/firmware ro,relatime - tmpfs tmpfs ro`;
const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max core file size        0                    0                    bytes     
Max open files            4096                 4096                 files     `;
const INTERFACES = `Inter-|   Receive
 face |bytes    packets
    lo:       0       0`;

/** What a container of {@link SAMPLE_LIMITS} prints, recorded with version 1 of control groups and shortened. */
const V1: Readonly<Record<string, string>> = {
  '/proc/self/status': STATUS,
  '/proc/self/mountinfo': MOUNTS,
  '/proc/self/limits': LIMITS,
  '/proc/self/oom_score_adj': '500',
  '/proc/self/net/dev': INTERFACES,
  '/sys/fs/cgroup/pids/pids.max': '256',
  '/sys/fs/cgroup/memory/memory.limit_in_bytes': '536870912',
  '/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes': '536870912',
  '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000',
  '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
};

const V2_GROUP = {
  '/sys/fs/cgroup/pids.max': '256',
  '/sys/fs/cgroup/memory.max': '536870912',
  '/sys/fs/cgroup/memory.swap.max': '0',
  '/sys/fs/cgroup/cpu.max': '50000 100000',
};

/** Its files by path. */
export const SAMPLE_FILES = {
  v1: V1,
  v2: { ...Object.fromEntries(Object.entries(V1).filter(([path]) => !path.startsWith('/sys/'))), ...V2_GROUP },
} as const;

/** The files as they arrive: each line after its path. */
export function printedReport(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .flatMap(([path, text]) => text.split('\n').map((line) => `${path}:${line}\n`))
    .join('');
}
