import { describe, expect, test } from 'vitest';
import { seccompOption, seccompProfile } from '../../sandbox/seccomp.ts';

/** Calls no workspace may make, whatever else changes. */
const FORBIDDEN =
  `io_uring_setup io_uring_enter io_uring_register unshare setns mount umount umount2 pivot_root chroot fsopen
  fsconfig fsmount fspick open_tree move_mount mount_setattr ptrace process_vm_readv process_vm_writev process_madvise kcmp
  pidfd_getfd add_key request_key keyctl bpf perf_event_open userfaultfd open_by_handle_at name_to_handle_at init_module
  finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl quotactl_fd syslog iopl ioperm
  settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname fanotify_init vhangup lookup_dcookie
  modify_ldt socketcall ipc statmount listmount lsm_set_self_attr`.split(/\s+/);

const { syscalls, defaultAction, archMap } = seccompProfile();
const rulesOf = (name: string) => syscalls.filter(({ names }) => names.includes(name));

test('what is not named is refused, and only 64-bit calls exist', () => {
  expect(defaultAction).toBe('SCMP_ACT_ERRNO');
  expect(archMap.flatMap(({ subArchitectures }) => subArchitectures)).toEqual([]);
});

test.each(FORBIDDEN)('%s is not named', (name) => {
  expect(rulesOf(name)).toEqual([]);
});

describe('what depends on its arguments is nowhere allowed without them', () => {
  test.each(['socket', 'socketpair', 'personality', 'clone'])('%s', (name) => {
    expect(rulesOf(name).length).toBeGreaterThan(0);
    for (const { args = [] } of rulesOf(name)) expect(args.length).toBeGreaterThan(0);
  });

  test('socket families and protocols are compared for equality, never for difference', () => {
    const rules = rulesOf('socket').map(({ args = [] }) => args.map(({ index, op, value }) => [index, op, value]));
    const equal = 'SCMP_CMP_EQ';
    const internet = [2, 10].flatMap((family) => [0, 6, 17].map((protocol) => [family, protocol]));
    expect(rules).toEqual([
      [[0, equal, 1]],
      ...[...internet, [16, 0]].map(([family, protocol]) => [
        [0, equal, family],
        [2, equal, protocol],
      ]),
    ]);
  });

  test('clone3 does not exist, so that the C library uses clone', () => {
    expect(rulesOf('clone3')).toEqual([{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
  });
});

test('every name is there once, and the whole fits into one option without a line end', () => {
  const plain = syscalls[0]?.names ?? [];
  expect(new Set(plain).size).toBe(plain.length);
  expect(plain.every((name) => /^[a-z0-9_]+$/.test(name))).toBe(true);
  expect(seccompOption()).toMatch(/^seccomp=\{.*\}$/);
});
