/** One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). `root` is the directory of the source that is shown. */
export interface GuestMount {
  readonly path: string;
  readonly root: string;
  readonly type: string;
  readonly source: string;
  readonly options: ReadonlySet<string>;
  /** Options of the file system itself, such as `size=65536k`. */
  readonly superOptions: ReadonlySet<string>;
}

/** What a guest looks like from inside. A number is null when the kernel says "unlimited", undefined when it says nothing. */
export interface GuestReport {
  readonly status: ReadonlyMap<string, string>;
  readonly mounts: readonly GuestMount[];
  /** Soft and hard limit by the kernel's name, such as `Max open files`. */
  readonly limits: ReadonlyMap<string, readonly [string, string]>;
  readonly interfaces: readonly string[];
  readonly appArmor: string | undefined;
  readonly oomScore: number | undefined;
  readonly pidsMax: number | null | undefined;
  readonly memoryBytes: number | null | undefined;
  /** Swap on top of the memory. */
  readonly swapBytes: number | null | undefined;
  readonly cpus: number | null | undefined;
}

const CGROUP = '/sys/fs/cgroup';
const V1_MEMORY = `${CGROUP}/memory/memory.limit_in_bytes`;
const V1_SWAP = `${CGROUP}/memory/memory.memsw.limit_in_bytes`;
const V1_QUOTA = `${CGROUP}/cpu/cpu.cfs_quota_us`;
const V1_PERIOD = `${CGROUP}/cpu/cpu.cfs_period_us`;
/** Above this, version 1 of control groups means "unlimited" (it writes the largest multiple of a page). */
const V1_UNLIMITED = 2 ** 60;

/** Files that make a report; those of the other version of control groups are absent. */
const REPORT_FILES: readonly string[] = [
  ...['status', 'mountinfo', 'limits', 'attr/current', 'oom_score_adj', 'net/dev'].map((file) => `/proc/self/${file}`),
  ...['pids/pids.max', 'pids.max', 'memory.max', 'memory.swap.max', 'cpu.max'].map((file) => `${CGROUP}/${file}`),
  ...[V1_MEMORY, V1_SWAP, V1_QUOTA, V1_PERIOD],
];

/** Prints them, each line after the path it is from. What cannot be read is left out. */
export const REPORT_COMMAND: readonly string[] = ['grep', '-sa', '', ...REPORT_FILES];

/** Reads what {@link REPORT_COMMAND} prints. What is absent is left out, never assumed. */
export function readReport(printed: string): GuestReport {
  const files = new Map<string, string>();
  for (const line of lines(printed)) {
    const [, path, content = ''] = /^([^:]+):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    const before = files.get(path);
    files.set(path, before === undefined ? content : `${before}\n${content}`);
  }
  const own = (file: string): string | undefined => files.get(`/proc/self/${file}`);
  return {
    status: new Map(
      lines(own('status')).map((line) => [line.split(':')[0] ?? '', line.replace(/^[^:]*:\s*/, '').trim()]),
    ),
    mounts: lines(own('mountinfo')).flatMap(mountOf),
    limits: new Map(lines(own('limits')).flatMap(limitOf)),
    interfaces: lines(own('net/dev')).flatMap((line) => /^\s*([^\s:|]+):/.exec(line)?.[1] ?? []),
    appArmor: own('attr/current'),
    oomScore: amount(own('oom_score_adj')) ?? undefined,
    pidsMax: amount(files.get(`${CGROUP}/pids.max`) ?? files.get(`${CGROUP}/pids/pids.max`)),
    memoryBytes: amount(files.get(`${CGROUP}/memory.max`) ?? files.get(V1_MEMORY)),
    swapBytes: swapOf(files),
    cpus: cpusOf(files),
  };
}

function lines(text = ''): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function mountOf(line: string): GuestMount[] {
  const [own = '', theirs = ''] = line.split(' - ');
  const [, , , root, path, options] = own.split(' ');
  const [type, source, superOptions] = theirs.split(' ');
  if (!root || !path || !options || !type || !source) return [];
  const [mine, superMine] = [options, superOptions ?? ''].map((list) => new Set(list.split(',')));
  if (mine === undefined || superMine === undefined) return [];
  return [{ path: unescape(path), root: unescape(root), type, source, options: mine, superOptions: superMine }];
}

/** Blanks, tabs, line ends and backslashes are octal in mountinfo. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

function limitOf(line: string): [string, readonly [string, string]][] {
  const [, name, soft, hard] = /^(Max [a-z ]+?) {2,}(\S+) +(\S+)/.exec(line) ?? [];
  return name !== undefined && soft !== undefined && hard !== undefined ? [[name, [soft, hard]]] : [];
}

function amount(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'max') return null;
  if (!/^-?\d+$/.test(text)) return undefined;
  const found = Number(text);
  return found > V1_UNLIMITED ? null : found;
}

/** Version 1 counts memory and swap together. */
function swapOf(files: ReadonlyMap<string, string>): number | null | undefined {
  if (files.has(`${CGROUP}/memory.swap.max`)) return amount(files.get(`${CGROUP}/memory.swap.max`));
  const [memory, both] = [amount(files.get(V1_MEMORY)), amount(files.get(V1_SWAP))];
  return typeof memory === 'number' && typeof both === 'number' ? both - memory : both;
}

function cpusOf(files: ReadonlyMap<string, string>): number | null | undefined {
  const [quota, period] = files.get(`${CGROUP}/cpu.max`)?.split(' ') ?? [files.get(V1_QUOTA), files.get(V1_PERIOD)];
  const [share, whole] = [amount(quota), amount(period)];
  if (share === undefined || typeof whole !== 'number' || whole <= 0) return undefined;
  return share === null || share < 0 ? null : share / whole;
}
