import { GUEST_PATHS } from '../../sandbox/guest-layout.ts';
import type { HostConfig, HostConfigChange, Mutant } from './mutant.ts';
import { PROFILE_MUTANTS } from './profile-mutants.ts';

const { workspace: WORKSPACE, home: HOME, sockets: SOCKETS } = GUEST_PATHS;
const GIBIBYTE = 1024 ** 3;
const ENGINE_SOCKET = '/var/run/docker.sock';

/** Replaces words of a tmpfs's options. */
function tmpfs(path: string, from: RegExp, to: string): (config: HostConfig) => HostConfigChange {
  return ({ Tmpfs: all = {} }) => ({ Tmpfs: { ...all, [path]: (all[path] ?? '').replace(from, to) } });
}

function withoutLimit(name: string): (config: HostConfig) => HostConfigChange {
  return ({ Ulimits: all = [] }) => ({ Ulimits: all.filter(({ Name: found }) => found !== name) });
}

const without = (part: RegExp) => (config: HostConfig) => ({
  SecurityOpt: (config.SecurityOpt ?? []).filter((option: string) => !part.test(option)),
});

const seen = (id: string, host: HostConfigChange, checks: readonly string[]): Mutant => ({
  id,
  host: () => host,
  checks,
  seenInside: true,
});

/** Every flag of a workspace taken away or turned round, one at a time, and mistakes that were made elsewhere. */
export const MUTANTS: readonly Mutant[] = [
  seen('network: bridge', { NetworkMode: 'bridge' }, ['namespace.net', 'namespace.net-routes', 'host.gateway.redis']),
  seen('network: host', { NetworkMode: 'host' }, ['namespace.net', 'host.127.0.0.1.redis', 'host.abstract-socket']),
  { ...seen('ipc: host', { IpcMode: 'host' }, ['namespace.ipc']), seenInside: false },
  { ...seen('pid: host', { PidMode: 'host' }, ['namespace.pid', 'namespace.pid-neighbour']), seenInside: false },
  {
    ...seen('uts: host', { UTSMode: 'host' }, ['namespace.uts']),
    container: { Hostname: undefined },
    seenInside: false,
  },
  { ...seen('control groups: host', { CgroupnsMode: 'host' }, ['namespace.cgroup']), seenInside: false },
  seen('root writable', { ReadonlyRootfs: false }, ['mount.root-read-only', 'create./var/tmp']),
  seen('capabilities kept', { CapDrop: undefined }, ['capabilities.bounding']),
  seen('capability added', { CapAdd: ['NET_RAW'] }, ['capabilities.bounding']),
  { id: 'new privileges', host: without(/^no-new-privileges/), checks: ['privileges.setuid-su'], seenInside: true },
  {
    id: 'no filter',
    host: unfiltered,
    checks: ['unshare.user', 'privileges.filter', 'int80.getpid'],
    seenInside: true,
  },
  {
    id: 'filter of the engine',
    host: without(/^seccomp=/),
    checks: ['call.ptrace', 'call.adjtimex', 'socket.NETLINK_AUDIT'],
    seenInside: false,
  },
  ...PROFILE_MUTANTS,
  seen('hidden kernel files shown', { MaskedPaths: [], ReadonlyPaths: [] }, ['kernel./sys/firmware']),
  seen('processes unbounded', { PidsLimit: undefined }, ['processes', 'threads']),
  seen('memory unbounded', { Memory: undefined, MemorySwap: undefined }, ['memory']),
  seen('swap unbounded', { MemorySwap: -1 }, ['swap']),
  seen('CPUs unbounded', { NanoCpus: undefined }, ['processor.quota']),
  seen('as important as the host', { OomScoreAdj: undefined }, ['oom-score']),
  seen('shared memory large', { ShmSize: GIBIBYTE }, ['disk./dev/shm']),
  { id: 'descriptors unbounded', host: withoutLimit('nofile'), checks: ['descriptors'], seenInside: true },
  { id: 'core files', host: withoutLimit('core'), checks: ['core', 'limit.core'], seenInside: true },
  ...['/tmp', HOME, WORKSPACE].flatMap((path): Mutant[] => [
    {
      id: `${path} unbounded`,
      host: tmpfs(path, /size=\d+,/, ''),
      checks: [...(path === WORKSPACE ? ['disk./workspace'] : []), `size.${path}`],
      seenInside: true,
    },
    {
      id: `${path} with any number of files`,
      host: tmpfs(path, /nr_inodes=\d+/, 'nr_inodes=0'),
      checks: [`inodes.${path}`],
      seenInside: true,
    },
    {
      id: `${path} with setuid programs`,
      host: tmpfs(path, /nosuid/, 'suid'),
      checks: [`mount.${path}-nosuid`],
      seenInside: true,
    },
    {
      id: `${path} with devices`,
      host: tmpfs(path, /nodev/, 'dev'),
      checks: [`mount.${path}-nodev`],
      seenInside: true,
    },
  ]),
  { id: 'doors writable', host: doorsWritable, checks: ['mount.sockets-read-only'], seenInside: true },
  { ...seen('user root', {}, ['become.user', 'file.shadow']), container: { User: '0:0' } },
  seen('another group', { GroupAdd: ['42'] }, ['file.shadow']),
  seen('socket of the engine', { Binds: [`${ENGINE_SOCKET}:${ENGINE_SOCKET}`] }, [`engine.${ENGINE_SOCKET}`]),
  seen('directory of the host', { Binds: ['/etc:/srv:ro'] }, ['mount.nothing-of-the-host']),
  { ...seen('volume', {}, ['mount.nothing-of-the-host']), container: { Volumes: { '/srv': {} } } },
  { ...seen('device', { Devices: [device('/dev/kmsg')] }, ['present./dev/kmsg']), seenInside: false },
  {
    ...seen('name of the host', { ExtraHosts: ['host.docker.internal:host-gateway'] }, ['name.host.docker.internal']),
    seenInside: false,
  },
  {
    ...seen('secret in the environment', {}, ['environment.names']),
    container: { Env: ['OPENAI_API_KEY=sk-x'] },
    seenInside: false,
  },
];

function unfiltered(config: HostConfig): HostConfigChange {
  return { SecurityOpt: [...without(/^seccomp=/)(config).SecurityOpt, 'seccomp=unconfined'] };
}

function doorsWritable({ Mounts: mounts = [] }: HostConfig): HostConfigChange {
  return { Mounts: mounts.map((mount) => (mount.Target === SOCKETS ? { ...mount, ReadOnly: false } : mount)) };
}

function device(path: string): object {
  return { PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rwm' };
}
