import { checksOf } from './check.ts';
import type { Check } from './check.ts';

const COMMON = { category: 'system calls', threats: ['T15'], control: 'loose' } as const;
const NO_FILE = '/nonexistent/file';
const AT_FDCWD = -100;
const PROCESS_KEYRING = -2;
/** What an unprivileged user may ask `userfaultfd(2)` for. */
const USER_MODE_ONLY = 1;
/** Bits above what the kernel reads of a socket family: a filter that compares for inequality lets them pass. */
const STRAY_BIT = 2 ** 32;

/** Flags of `clone(2)` and `unshare(2)`. */
const NEW = {
  time: 0x80,
  mount: 0x2_0000,
  cgroup: 0x200_0000,
  uts: 0x400_0000,
  ipc: 0x800_0000,
  user: 0x1000_0000,
  pid: 0x2000_0000,
  net: 0x4000_0000,
} as const;

/** Calls by number, with arguments that the kernel answers without any effect on the machine. */
const CALLS: readonly (readonly [string, number, ...Exclude<Check['probe'][1], undefined>[]])[] = [
  ['io_uring_setup', 425, 8, { zeros: 256 }],
  ['io_uring_enter', 426, -1, 0, 0, 0, 0, 0],
  ['io_uring_register', 427, -1, 0, 0, 0],
  ['setns', 308, { open: '/proc/self/ns/uts' }, 0],
  ['mount', 165, 'none', '/mnt', 'tmpfs', 0, 0],
  ['umount2', 166, NO_FILE, 0],
  ['pivot_root', 155, '/', '/'],
  ['chroot', 161, '/'],
  ['fsopen', 430, 'tmpfs', 0],
  ['fsconfig', 431, -1, 0, 0, 0, 0],
  ['fsmount', 432, -1, 0, 0],
  ['fspick', 433, AT_FDCWD, '/', 0],
  ['open_tree', 428, AT_FDCWD, '/', 0],
  ['move_mount', 429, -1, '', -1, '', 0],
  ['mount_setattr', 442, -1, '', 0x1000, { zeros: 32 }, 32],
  ['ptrace', 101, 0, 0, 0, 0],
  ['process_vm_readv', 310, 1, 0, 0, 0, 0, 0],
  ['process_vm_writev', 311, 1, 0, 0, 0, 0, 0],
  ['kcmp', 312, 0, 0, 0, 0, 0],
  ['pidfd_getfd', 438, -1, 0, 0],
  ['process_madvise', 440, -1, 0, 0, 0, 0],
  ['add_key', 248, 'user', 'astraforge-probe', 'x', 1, PROCESS_KEYRING],
  ['request_key', 249, 'user', 'astraforge-absent', 0, 0],
  ['keyctl', 250, 0, PROCESS_KEYRING, 1],
  ['bpf', 321, 0, { zeros: 128 }, 72],
  ['perf_event_open', 298, { zeros: 128 }, 0, -1, -1, 0],
  ['userfaultfd', 323, USER_MODE_ONLY],
  ['open_by_handle_at', 304, AT_FDCWD, { zeros: 128 }, 0],
  ['name_to_handle_at', 303, AT_FDCWD, '/', { zeros: 256 }, { zeros: 8 }, 0],
  ['reboot', 169, 0, 0, 0, 0],
  ['swapon', 167, NO_FILE, 0],
  ['swapoff', 168, NO_FILE],
  ['acct', 163, NO_FILE],
  ['quotactl', 179, 0x800007, NO_FILE, 0, 0],
  ['syslog', 103, 10, 0, 0],
  ['settimeofday', 164, 0, 0],
  ['clock_settime', 227, 0, 0],
  ['clock_adjtime', 305, 0, { zeros: 256 }],
  ['adjtimex', 159, { zeros: 256 }],
  ['sethostname', 170, 'x', -1],
  ['setdomainname', 171, 'x', -1],
  ['fanotify_init', 300, 0, 0],
  ['fanotify_mark', 301, -1, 1, 0, -1, 0],
  ['mbind', 237, 0, 0, 0, 0, 0, 0],
  ['set_mempolicy', 238, 0, 0, 0],
  ['get_mempolicy', 239, 0, 0, 0, 0, 0],
  ['move_pages', 279, 0, 0, 0, 0, 0, 0],
  ['migrate_pages', 256, 0, 0, 0, 0],
  ['modify_ldt', 154, 0, { zeros: 64 }, 16],
  ['personality', 135, 0x4_0000],
  ['statmount', 457, 0, 0, 0, 0],
];

/** Calls that many kernels are built without: the control shows that the question gets as far as the kernel. */
const OPTIONAL_CALLS: typeof CALLS = [
  ['init_module', 175, 0, 0, 0],
  ['finit_module', 313, -1, '', 0],
  ['delete_module', 176, 'astraforge_absent', 0x800],
  ['kexec_load', 246, 0, 1000, 0, 0],
  ['kexec_file_load', 320, -1, -1, 0, 0, 0],
  ['iopl', 172, 0],
  ['ioperm', 173, 0x80, 1, 1],
];

/** Socket families and protocols that have nothing to do with the guest's doors. */
const SOCKETS: readonly (readonly [string, number, number, number])[] = [
  ['AF_VSOCK', 40, 1, 0],
  ['AF_ALG', 38, 5, 0],
  ['AF_PACKET', 17, 3, 0],
  ['AF_KEY', 15, 3, 2],
  ['AF_XDP', 44, 3, 0],
  ['AF_TIPC', 30, 1, 0],
  ['NETLINK_KOBJECT_UEVENT', 16, 3, 15],
  ['NETLINK_AUDIT', 16, 3, 9],
  ['NETLINK_NETFILTER', 16, 3, 12],
  ['NETLINK_GENERIC', 16, 3, 16],
  ['NETLINK_SOCK_DIAG', 16, 3, 4],
  ['NETLINK_CONNECTOR', 16, 3, 11],
  ['NETLINK_XFRM', 16, 3, 6],
  ['NETLINK_CRYPTO', 16, 3, 21],
  ['AF_PACKET with a stray upper bit', 17 + STRAY_BIT, 3, 0],
  ['IPPROTO_UDPLITE', 2, 2, 136],
  ['IPPROTO_UDPLITE on IPv6', 10, 2, 136],
  ['IPPROTO_MPTCP', 2, 1, 262],
];

const SOCKET = 41;

/** The kernel's own attack surface: calls, flags and socket families that a workspace has no use for. */
export const SYSCALL_CHECKS: readonly Check[] = checksOf(COMMON, [
  ...CALLS.map(([name, number, ...rest]) => [`call.${name}`, ['call', number, ...rest]] as const),
  ...OPTIONAL_CALLS.map(([name, number, ...rest]) => [`call.${name}`, ['call_passes', number, ...rest]] as const),
  ...Object.entries(NEW).map(([name, flag]) => [`unshare.${name}`, ['call_succeeds', 272, flag]] as const),
  ...Object.entries(NEW)
    .filter(([name]) => name !== 'time')
    .map(([name, flag]) => [`clone.${name}`, ['clone', flag]] as const),
  ...(['user', 'net', 'time'] as const).map((name) => [`clone3.${name}`, ['clone3', NEW[name]]] as const),
  ...SOCKETS.map(([name, ...rest]) => [`socket.${name}`, ['call', SOCKET, ...rest]] as const),
  ['int80.getpid', ['int80', 20]],
  ['int80.unshare', ['int80', 310, NEW.user]],
]);
