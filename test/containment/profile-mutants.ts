import { seccompProfile } from '../../sandbox/seccomp.ts';
import type { SeccompProfile } from '../../sandbox/seccomp.ts';
import type { HostConfig, HostConfigChange, Mutant } from './mutant.ts';

/** Lets every call of that name through. */
function allowing(...names: string[]): (profile: SeccompProfile) => SeccompProfile {
  return (profile) => ({
    ...profile,
    syscalls: [
      ...profile.syscalls.filter((rule) => !rule.names.some((name) => names.includes(name))),
      { names, action: 'SCMP_ACT_ALLOW' },
    ],
  });
}

/** The filter's own holes, as they were in other people's: an engine accepts each of them in silence. */
const HOLES: Readonly<Record<string, readonly [(profile: SeccompProfile) => SeccompProfile, readonly string[]]>> = {
  'every clone flag': [allowing('clone'), ['clone.user']],
  clone3: [allowing('clone3'), ['clone3.user']],
  unshare: [allowing('unshare'), ['unshare.user']],
  io_uring: [allowing('io_uring_setup'), ['call.io_uring_setup']],
  keys: [allowing('add_key', 'keyctl', 'request_key'), ['call.add_key', 'call.keyctl']],
  ptrace: [allowing('ptrace'), ['call.ptrace']],
  'memory of neighbours': [allowing('process_vm_readv'), ['call.process_vm_readv']],
  'user faults': [allowing('userfaultfd'), ['call.userfaultfd']],
  'every socket family': [allowing('socket'), ['socket.AF_VSOCK', 'socket.NETLINK_AUDIT']],
  'every personality': [allowing('personality'), ['call.personality']],
  'families but one': [
    allFamiliesBut40,
    ['socket.AF_PACKET with a stray upper bit', 'socket.NETLINK_AUDIT', 'socket.AF_XDP'],
  ],
  '32-bit calls': [with32Bit, ['int80.getpid']],
};

/** A list of what is forbidden, as the engines' own profile has it. */
function allFamiliesBut40(profile: SeccompProfile): SeccompProfile {
  const families = profile.syscalls.filter(({ names }) => !names.includes('socket'));
  const args = [{ index: 0, op: 'SCMP_CMP_NE', value: 40 } as const];
  return { ...profile, syscalls: [...families, { names: ['socket'], action: 'SCMP_ACT_ALLOW', args }] };
}

function with32Bit(profile: SeccompProfile): SeccompProfile {
  const archMap = profile.archMap.map((arch) =>
    arch.architecture === 'SCMP_ARCH_X86_64' ? { ...arch, subArchitectures: ['SCMP_ARCH_X86'] } : arch,
  );
  return { ...profile, archMap };
}

/** Each hole as a weakness of a container; the kernel says only that there is a filter, so none is seen from inside. */
export const PROFILE_MUTANTS: readonly Mutant[] = Object.entries(HOLES).map(([name, [change, checks]]) => ({
  id: `filter lets through: ${name}`,
  host: ({ SecurityOpt: options = [] }: HostConfig): HostConfigChange => ({
    SecurityOpt: [
      ...options.filter((option: string) => !option.startsWith('seccomp=')),
      `seccomp=${JSON.stringify(change(seccompProfile()))}`,
    ],
  }),
  checks,
  seenInside: false,
}));
