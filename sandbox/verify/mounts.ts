import type { GuestMount } from './report.ts';

/** A writable place in memory. `inodesMax` null: not bounded by itself. `mode` in octal without a zero in front. */
export interface ExpectedTmpfs {
  readonly path: string;
  readonly bytes: number;
  readonly inodesMax: number | null;
  readonly mode: string;
  /** Whom it belongs to, when not the guest's user. */
  readonly ownerId?: number;
  /** True where nobody mounts it nosuid and nodev, so that no-new-privileges and the lack of capabilities have to do. */
  readonly isUnflagged?: boolean;
}

/** What may be mounted besides what every engine mounts. */
export interface ExpectedMounts {
  /** Who answers the guest's calls: the host's own kernel, or gVisor's, which reports and has less to protect. */
  readonly kernel: 'linux' | 'gvisor';
  readonly userId: number;
  readonly tmpfs: readonly ExpectedTmpfs[];
  readonly readOnly: readonly string[];
  /** Files of a node that are mounted writable, and that only root may write to or that are bounded otherwise. */
  readonly nodeFiles?: readonly string[];
  readonly sharedMemoryBytes: number;
}

const BYTES_PER_KIBIBYTE = 1024;
const PAGE_BYTES = 4096;
/** Files an engine writes for a container, and its init program. */
const ENGINE_FILES = /^\/(?:etc\/(?:resolv\.conf|hostname|hosts)|(?:usr\/)?sbin\/docker-init|dev\/init)$/;
/** Kernel file systems, by what they are mounted at. `/dev` can be written by root alone. */
const KERNEL_MOUNTS: Readonly<Record<string, string>> = {
  '/proc': 'proc',
  '/dev': 'tmpfs',
  '/dev/pts': 'devpts',
  '/dev/mqueue': 'mqueue',
};
/** The mode a tmpfs has when mountinfo names none. */
const DEFAULT_MODE = '1777';

/** Flags of every writable place; gVisor does not report them, and a device that is made in it is one of its own. */
const FLAGS = { linux: ['nosuid', 'nodev'], gvisor: [] } as const;
/** How gVisor shows the files of the host that it serves through a process of its own. */
const SERVED_FILES = '9p';

/** Everything about the mounts that differs from what was asked for, one sentence each. */
export function mountFaults(mounts: readonly GuestMount[], expected: ExpectedMounts): string[] {
  const ofKernel = expected.kernel === 'linux' ? ['/', '/sys', '/proc/sys'] : ['/', '/sys'];
  const known = [...expected.tmpfs.map(({ path }) => path), ...expected.readOnly, ...ofKernel];
  const absent = known.filter((path) => !mounts.some((mount) => mount.path === path));
  return [
    ...absent.map((path) => `${path} is not a mount of its own`),
    ...mounts.flatMap((mount) => faultsOfMount(mount, expected)),
  ];
}

function faultsOfMount(mount: GuestMount, expected: ExpectedMounts): string[] {
  const { path, type } = mount;
  const tmpfs = expected.tmpfs.find((wanted) => wanted.path === path);
  if (tmpfs !== undefined) return tmpfsFaults(mount, tmpfs, expected);
  if (path === '/dev/shm') {
    const size = sizeOf(mount);
    return size <= expected.sharedMemoryBytes
      ? []
      : [`/dev/shm holds ${size} bytes, not ${expected.sharedMemoryBytes}`];
  }
  if (expected.nodeFiles?.includes(path)) return [];
  if (path === '/' && expected.kernel === 'gvisor' && type !== SERVED_FILES) return ['/ is not served by gVisor'];
  if (path === '/' || expected.readOnly.includes(path) || ENGINE_FILES.test(path)) return writableFault(mount);
  if (KERNEL_MOUNTS[path] === type) return [];
  if (isCovered(mount) || (expected.kernel === 'gvisor' && isOfGvisor(mount))) return [];
  return [`${path} shows ${mount.root} of ${mount.source} (${type}), which nobody asked for`];
}

/** Parts of `/proc` and `/sys` that are read-only, hidden under an empty directory or under `/dev/null`. */
function isCovered({ path, root, type, options }: GuestMount): boolean {
  if (path === '/sys/fs/cgroup' && type === 'tmpfs') return true;
  if (!/^\/(?:proc|sys)(?:\/|$)/.test(path)) return false;
  return options.has('ro') || (root === '/null' && type === 'tmpfs');
}

/** gVisor makes up control groups of its own, which bound nothing outside. */
function isOfGvisor({ path, type }: GuestMount): boolean {
  return type === 'cgroup' && path.startsWith('/sys/fs/cgroup/');
}

function writableFault({ path, options }: GuestMount): string[] {
  return options.has('ro') ? [] : [`${path} is writable`];
}

function tmpfsFaults(mount: GuestMount, wanted: ExpectedTmpfs, { userId, kernel }: ExpectedMounts): string[] {
  const { path, type, options, superOptions } = mount;
  const { ownerId = userId } = wanted;
  if (type !== 'tmpfs') return [`${path} is ${type}, not tmpfs`];
  const option = (name: string): string | undefined =>
    [...superOptions].find((found) => found.startsWith(`${name}=`))?.slice(name.length + 1);
  const inodes = option('nr_inodes');
  const mode = (option('mode') ?? DEFAULT_MODE).replace(/^0/, '');
  return [
    ...FLAGS[kernel]
      .filter((flag) => !wanted.isUnflagged && !options.has(flag))
      .map((flag) => `${path} is not ${flag}`),
    ...(sizeOf(mount) === wholePages(wanted.bytes)
      ? []
      : [`${path} holds ${sizeOf(mount)} bytes, not ${wanted.bytes}`]),
    ...(wanted.inodesMax === null || countOf(inodes) === wanted.inodesMax
      ? []
      : [`${path} has ${inodes ?? 'unbounded'} inodes, not ${wanted.inodesMax}`]),
    ...(mode === wanted.mode ? [] : [`${path} has mode ${mode}, not ${wanted.mode}`]),
    ...(Number(option('uid') ?? '0') === ownerId
      ? []
      : [`${path} belongs to user ${option('uid') ?? '0'}, not ${ownerId}`]),
  ];
}

/** Bytes a tmpfs may hold; infinite when it names no size. Linux counts in KiB, gVisor in bytes. */
function sizeOf({ superOptions }: GuestMount): number {
  for (const option of superOptions) {
    const [, digits, unit] = /^size=(\d+)(k?)$/.exec(option) ?? [];
    if (digits !== undefined) return Number(digits) * (unit === 'k' ? BYTES_PER_KIBIBYTE : 1);
  }
  return Infinity;
}

/** What the kernel makes of a size. */
function wholePages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}

/** The kernel writes `500000` as it is and some multiples of 1024 with a `k`. */
function countOf(inodes: string | undefined): number {
  const [, digits, unit] = /^(\d+)(k?)$/.exec(inodes ?? '') ?? [];
  return digits === undefined ? Infinity : Number(digits) * (unit === 'k' ? BYTES_PER_KIBIBYTE : 1);
}
