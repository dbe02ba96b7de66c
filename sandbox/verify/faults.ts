import { mountFaults } from './mounts.ts';
import type { ExpectedMounts } from './mounts.ts';
import type { GuestReport } from './report.ts';

/** What a guest must be like from inside. */
export interface ExpectedGuest extends ExpectedMounts {
  /** Name of the AppArmor profile; null where the host has no AppArmor. */
  readonly appArmor: string | null;
  /** Null where the engine decides it. */
  readonly oomScore: number | null;
  readonly openFilesMax: number;
  /** True where the network is a pod's, which something outside of it closes; otherwise there is none. */
  readonly hasPodNetwork?: boolean;
  /** Limits of the control group; looked at on Linux only, since gVisor shows none of the host's. Null: not shown inside. */
  readonly group: { readonly pidsMax: number | null; readonly memoryBytes: number; readonly cpus: number };
}

const CAPABILITIES = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd'];
/** Difference that comes from whole microseconds. */
const CPUS_TOLERANCE = 0.001;
/** `Seccomp:` of a process that a filter holds (proc_pid_status(5)). */
const FILTERED = '2';
const NO_CAPABILITY = '0000000000000000';

/** Every way in which a guest is not what was asked for, one sentence each; empty when it is. What is not reported is a fault. */
export function faultsOf(report: GuestReport, expected: ExpectedGuest): string[] {
  return [
    ...identityFaults(report, expected),
    ...mountFaults(report.mounts, expected),
    ...limitFaults(report, expected),
    ...(expected.kernel === 'linux' ? linuxFaults(report, expected) : []),
    ...networkFaults(report, expected),
  ];
}

function networkFaults({ interfaces }: GuestReport, { hasPodNetwork = false }: ExpectedGuest): string[] {
  if (interfaces.length === 0) return ['network interfaces are not reported'];
  if (hasPodNetwork) return [];
  return interfaces.filter((name) => name !== 'lo').map((name) => `there is a network interface ${name}`);
}

function identityFaults({ status }: GuestReport, expected: ExpectedGuest): string[] {
  const is = (key: string, wanted: string): string[] => {
    const found = status.get(key)?.replace(/\s+/g, ' ');
    return found === wanted ? [] : [`${key} is ${found ?? 'not reported'}, not ${wanted}`];
  };
  const id = String(expected.userId);
  const foreign = (status.get('Groups') ?? 'nobody knows what')
    .split(/\s+/)
    .filter((group) => !['', id].includes(group));
  const held = CAPABILITIES.filter((set) => !/^0+$/.test(status.get(set) ?? ''));
  return [
    ...held.map((set) => `${set} is ${status.get(set) ?? 'not reported'}, not 0`),
    ...is('Uid', Array(4).fill(id).join(' ')),
    ...is('Gid', Array(4).fill(id).join(' ')),
    ...(foreign.length === 0 ? [] : [`Groups holds ${foreign.join(' ')}`]),
    ...(expected.kernel === 'linux'
      ? [...is('CapAmb', NO_CAPABILITY), ...is('NoNewPrivs', '1'), ...is('Seccomp', FILTERED)]
      : []),
  ];
}

function limitFaults({ limits }: GuestReport, expected: ExpectedGuest): string[] {
  const is = (name: string, wanted: number): string[] => {
    const found = limits.get(name)?.join(' and ');
    return found === `${wanted} and ${wanted}` ? [] : [`${name} is ${found ?? 'not reported'}, not ${wanted}`];
  };
  return [...is('Max open files', expected.openFilesMax), ...is('Max core file size', 0)];
}

/** What only the host's own kernel tells. */
function linuxFaults(report: GuestReport, { appArmor, oomScore, group }: ExpectedGuest): string[] {
  const confined = appArmor === null || report.appArmor === `${appArmor} (enforce)`;
  return [
    ...(confined ? [] : [`AppArmor says ${report.appArmor || 'nothing'}, not ${appArmor}`]),
    ...(oomScore === null || report.oomScore === oomScore
      ? []
      : [`oom_score_adj is ${report.oomScore ?? 'not reported'}, not ${oomScore}`]),
    ...groupFaults(report, group),
  ];
}

/** An engine rounds memory down to pages. Where the kernel does not account for swap, nothing is said about it. */
function groupFaults(report: GuestReport, group: ExpectedGuest['group']): string[] {
  const { pidsMax, memoryBytes, swapBytes, cpus } = report;
  const within = (what: string, found: number | null | undefined, most: number): string[] =>
    typeof found === 'number' && found >= 0 && found <= most ? [] : [`${what} is ${sayLimit(found)}, not ${most}`];
  return [
    ...(group.pidsMax === null ? [] : within('the limit of processes', pidsMax, group.pidsMax)),
    ...within('the limit of memory', memoryBytes, group.memoryBytes),
    ...(swapBytes === undefined ? [] : within('swap on top of memory', swapBytes, 0)),
    ...within('the limit of CPUs', cpus, group.cpus + CPUS_TOLERANCE),
  ];
}

function sayLimit(found: number | null | undefined): string {
  if (found === undefined) return 'not reported';
  return found === null ? 'unlimited' : String(found);
}
