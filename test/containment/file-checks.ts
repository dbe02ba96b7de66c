import { checksOf } from './check.ts';
import type { Check } from './check.ts';

const COMMON = { category: 'mounts and kernel files', threats: ['T15'], control: 'loose' } as const;

const READ_ONLY_DIRECTORIES = [
  '/',
  '/usr',
  '/usr/bin',
  '/usr/local/bin',
  '/etc',
  '/opt',
  '/opt/astraforge',
  '/var/tmp',
  '/var/log',
  '/run',
  '/home',
  '/dev',
  '/root',
];
const READ_ONLY_FILES = [
  '/etc/passwd',
  '/etc/hosts',
  '/etc/resolv.conf',
  '/etc/hostname',
  '/etc/ld.so.cache',
  '/usr/bin/git',
  '/usr/local/bin/node',
  '/opt/codex/bin/codex',
  '/opt/astraforge/forward.mjs',
];
/** Each opened for writing, none written to. */
const KERNEL_SETTINGS = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/domainname',
  '/proc/sys/kernel/randomize_va_space',
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/vm/drop_caches',
  '/proc/sys/fs/file-max',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/irq/default_smp_affinity',
  '/proc/sys/kernel/panic',
  '/sys/kernel/rcu_expedited',
  '/sys/kernel/mm/transparent_hugepage/enabled',
  '/sys/class/net/lo/mtu',
];
const KERNEL_SECRETS = [
  '/proc/keys',
  '/proc/timer_list',
  '/sys/firmware',
  '/proc/slabinfo',
  '/proc/kpagecount',
  '/proc/vmallocinfo',
  '/dev/kmsg',
];
const DEVICES = ['/dev/kmsg', '/dev/net/tun', '/dev/loop-control', '/dev/loop0', '/dev/fuse', '/dev/userfaultfd'];
const ENGINE_PLACES = ['/var/run/docker.sock', '/run/docker.sock'];

/** The system is read-only, the kernel's switches are out of reach, and nothing of the host is mounted. */
export const FILE_CHECKS: readonly Check[] = checksOf(COMMON, [
  ...READ_ONLY_DIRECTORIES.map((path) => [`create.${path}`, ['create_in', path]] as const),
  ...READ_ONLY_FILES.map((path) => [`write.${path}`, ['open_for_writing', path]] as const),
  ...KERNEL_SETTINGS.map((path) => [`setting.${path}`, ['open_for_writing', path]] as const),
  ...KERNEL_SECRETS.map((path) => [`kernel.${path}`, ['open_for_reading', path]] as const),
  ...DEVICES.map((path) => [`device.${path}`, ['open_for_writing', path]] as const),
  ...DEVICES.map((path) => [`present.${path}`, ['exists', path]] as const),
  ...ENGINE_PLACES.map((path) => [`engine.${path}`, ['exists', path], { threats: ['T13', 'T15'] }] as const),
  ['engine.answers', ['unix_socket', '/var/run/docker.sock'], { threats: ['T13', 'T15'] }],
  ['mount.root-read-only', ['mount_lacks', '/', 'read-only']],
  ['mount.nothing-of-the-host', ['foreign_mounts']],
  ['mount.sockets-read-only', ['mount_lacks', '/run/astraforge', 'read-only']],
  ...['/workspace', '/home/agent', '/tmp'].flatMap((path) => [
    [`mount.${path}-nosuid`, ['mount_lacks', path, 'nosuid']] as const,
    [`mount.${path}-nodev`, ['mount_lacks', path, 'nodev']] as const,
  ]),
  ['mount.shm-noexec', ['mount_lacks', '/dev/shm', 'noexec']],
  ['sockets.create', ['create_in', '/run/astraforge']],
  ['sockets.replace', ['replace_socket', '/run/astraforge/llm.sock']],
  ['group.create', ['make_directory_in', '$groupDirectory']],
  ['group.processes', ['open_for_writing', '$groupFile']],
  ['process.root-of-the-host', ['write_through_root_of', '$holder', '/etc/passwd']],
]);
