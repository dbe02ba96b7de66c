import { ALLOWED_CALLS } from './seccomp-calls.ts';

/** One condition on an argument; `MASKED_EQ` means `(argument & value) == valueTwo`. All 64 bits are compared. `NE` is not used here. */
interface ArgumentRule {
  readonly index: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_MASKED_EQ';
  readonly value: number;
  readonly valueTwo?: number;
}

interface CallRule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly args?: readonly ArgumentRule[];
  readonly errnoRet?: number;
}

/** A seccomp profile in the Docker engine's form (docs.docker.com/engine/security/seccomp). */
export interface SeccompProfile {
  readonly defaultAction: 'SCMP_ACT_ERRNO';
  readonly archMap: readonly { readonly architecture: string; readonly subArchitectures: readonly string[] }[];
  readonly syscalls: readonly CallRule[];
}

/** Number of ENOSYS, the answer by which the C library learns to do without a call. */
const ENOSYS = 38;
/** Every CLONE_NEW flag of `clone(2)`: time is not among them, since it shares its bit with the exit signal. */
const NEW_NAMESPACES = 0x7e02_0000;
const AF_UNIX = 1;
/** AF_INET, AF_INET6. */
const INTERNET = [2, 10];
/** The usual one, TCP, UDP. Any other, such as SCTP, DCCP or L2TP, would have the kernel load its module. */
const PROTOCOLS = [0, 6, 17];
const AF_NETLINK = 16;
/** How the C library lists its own interfaces and addresses. */
const NETLINK_ROUTE = 0;
/** Plain Linux, and the question which one it is. */
const PERSONALITIES = [0, 0xffff_ffff];

/**
 * The profile of every workspace: an allow-list of calls, of socket families and protocols, and of clone flags. Families are compared for
 * equality, so that stray upper bits are refused; a list of forbidden ones would let them through. `clone3` hides its
 * flags in memory where no filter sees them, so it does not exist here. 32-bit programs are killed.
 */
export function seccompProfile(): SeccompProfile {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    archMap: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'].map((architecture) => ({ architecture, subArchitectures: [] })),
    syscalls: [
      { names: Object.values(ALLOWED_CALLS).flatMap(words), action: 'SCMP_ACT_ALLOW' },
      allow('socket', [equal(0, AF_UNIX)]),
      ...INTERNET.flatMap((family) =>
        PROTOCOLS.map((protocol) => allow('socket', [equal(0, family), equal(2, protocol)])),
      ),
      allow('socket', [equal(0, AF_NETLINK), equal(2, NETLINK_ROUTE)]),
      allow('socketpair', [equal(0, AF_UNIX)]),
      ...PERSONALITIES.map((value) => allow('personality', [equal(0, value)])),
      allow('clone', [{ index: 0, op: 'SCMP_CMP_MASKED_EQ', value: NEW_NAMESPACES, valueTwo: 0 }]),
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    ],
  };
}

/** The profile as one entry of an engine's `SecurityOpt`, inline: no file on the engine's machine is involved. */
export function seccompOption(): string {
  return `seccomp=${JSON.stringify(seccompProfile())}`;
}

function allow(name: string, args: readonly ArgumentRule[]): CallRule {
  return { names: [name], action: 'SCMP_ACT_ALLOW', args };
}

function equal(index: number, value: number): ArgumentRule {
  return { index, op: 'SCMP_CMP_EQ', value };
}

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}
