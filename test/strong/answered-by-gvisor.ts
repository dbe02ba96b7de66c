/**
 * Checks of test/containment that find inside what they must not, and why that reaches nothing of the host: gVisor's own
 * kernel answers, or shows nothing to look at. `instead` names the test in `host-side.test.ts`, or the check, that looks at
 * the same wall from where it can be seen. A check of this list that is refused after all turns the suite red, so that the
 * list cannot outlive its reasons.
 */
export interface AnsweredByGvisor {
  readonly reason: string;
  readonly instead: string;
  readonly ids: readonly string[];
}

const named = (prefix: string, names: string): string[] => names.split(/\s+/).map((name) => `${prefix}${name}`);

/** By reason; measured with the release of 20240729. */
export const ANSWERED_BY_GVISOR: readonly AnsweredByGvisor[] = [
  {
    reason:
      "The call ends in gVisor's kernel, which works on it or says that it has none such; only a refusal counts as one here. " +
      'The filter of a workspace is not in between: runsc ignores it, and its option --oci-seccomp answers EPERM where ' +
      'our rule for clone3 says ENOSYS, so that no thread starts. Towards the host runsc has a filter of its own.',
    instead: "the sandbox's own process is filtered, has no power over the machine and a network of its own",
    ids: [
      ...named(
        'call.',
        'ptrace process_vm_readv process_vm_writev perf_event_open open_by_handle_at name_to_handle_at',
      ),
      ...named('call.', 'syslog mbind set_mempolicy get_mempolicy personality'),
      'privileges.filter',
    ],
  },
  {
    reason:
      "A namespace of gVisor's kernel: who becomes root in one is root over nothing but this sandbox, whose files are still " +
      'read by a gofer that writes none, and which has no network.',
    instead: 'who becomes root in a namespace of gVisor reaches no more than before: %s',
    ids: [...named('unshare.', 'time cgroup user'), ...named('clone.', 'mount user'), 'clone3.user'],
  },
  {
    reason:
      'gVisor has no such sockets and says so, which is no refusal of a filter; its uevents are of its own devices.',
    instead: 'host.*, sibling.* and out.* of the same run',
    ids: [
      ...named('socket.', 'AF_VSOCK AF_ALG AF_KEY AF_XDP AF_TIPC IPPROTO_UDPLITE IPPROTO_MPTCP'),
      ...named('socket.NETLINK_', 'KOBJECT_UEVENT AUDIT NETFILTER GENERIC SOCK_DIAG CONNECTOR XFRM CRYPTO'),
      'socket.IPPROTO_UDPLITE on IPv6',
    ],
  },
  {
    reason:
      'An option or a priority that only gVisor keeps; its network stack has no card, and the host never hears of it.',
    instead: 'host.*, sibling.* and out.* of the same run',
    ids: ['socket.mark', 'socket.transparent', 'priority.raise'],
  },
  {
    reason: "Devices of gVisor's own: the numbers mean what it made for them, and nothing for the rest.",
    instead: 'a device that is made inside is one of gVisor: no disk, no memory, no log of the host',
    ids: ['file.device', ...['device.', 'present.'].flatMap((kind) => named(kind, '/dev/net/tun /dev/fuse'))],
  },
  {
    reason: 'gVisor tells of no such flags. Nobody gains by a setuid program, and devices are its own, as above.',
    instead: 'privileges.setuid-su and privileges.no-new of the same run; for devices the test above',
    ids: ['/workspace', '/home/agent', '/tmp'].flatMap((path) => [`mount.${path}-nosuid`, `mount.${path}-nodev`]),
  },
  {
    reason:
      "Control groups inside are gVisor's own and bind nobody; the engine's bind the whole sandbox from outside. A thread " +
      'inside is none of the host, and files take memory instead of places in a table.',
    instead: 'the host bounds the whole sandbox: processes, memory, processors, and first to go when memory is short',
    ids: [
      ...named('inodes.', '/workspace /home/agent /tmp'),
      ...named('processor.', 'quota held-back'),
      ...['threads', 'oom-score', 'namespace.cgroup'],
    ],
  },
];

/** Refused inside for want of anything to read, which proves nothing; the host-side test on bounds does. */
export const SHOWS_NOTHING: readonly string[] = ['swap'];

/**
 * Whoever takes so many processes ends its sandbox: the host refuses the sandbox a process, and it cannot go on without. It
 * is a refusal, with the guest for its price, so it gets one of its own.
 */
export const ENDS_ITS_GUEST: readonly string[] = ['processes'];
