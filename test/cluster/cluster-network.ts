import { POD_SUBNET } from './cluster-layout.ts';
import { runCommand } from './run-command.ts';

const CHAIN = 'ASTRAFORGE-CLUSTER';
/** Wait for whoever else changes rules. */
const PATIENTLY = ['--wait', '30'];

/** What pods may reach: one port of one Service, and where it leads on this machine. */
export interface OpenService {
  readonly address: string;
  readonly port: number;
  readonly target: { readonly address: string; readonly port: number };
}

/**
 * Does what a network that enforces NetworkPolicy would do with ours, and what kube-proxy would do for its one Service: a
 * packet from a pod passes when it goes to that Service, and is refused otherwise; nothing from elsewhere reaches a pod.
 * A plain pod network enforces nothing. Disposing takes the rules back.
 */
export async function enforceNetworkPolicy(service: OpenService): Promise<AsyncDisposable> {
  const { address, port, target } = service;
  const tcp = ['-p', 'tcp'];
  const rules: readonly (readonly [table: string, chain: string, ...rule: string[]])[] = [
    [
      'nat',
      'PREROUTING',
      '-s',
      POD_SUBNET,
      '-d',
      address,
      ...tcp,
      '--dport',
      String(port),
      '-j',
      'DNAT',
      '--to-destination',
      `${target.address}:${target.port}`,
    ],
    ['filter', 'INPUT', '!', '-i', 'lo', '-s', POD_SUBNET, '-j', CHAIN],
    ['filter', 'FORWARD', '-s', POD_SUBNET, '-j', CHAIN],
    ['filter', 'FORWARD', '-d', POD_SUBNET, '-j', 'REJECT'],
  ];
  const change = async (action: string, [table, ...rule]: (typeof rules)[number]): Promise<string> =>
    runCommand('iptables', [...PATIENTLY, '-t', table, action, ...rule]);
  const filter = (...args: string[]): Promise<string> => runCommand('iptables', [...PATIENTLY, ...args]);
  const remove = async (): Promise<void> => {
    for (const rule of rules) await change('-D', rule).catch(() => '');
    await filter('-F', CHAIN).catch(() => '');
    await filter('-X', CHAIN).catch(() => '');
  };
  await remove();
  await filter('-N', CHAIN);
  await filter('-A', CHAIN, '-d', target.address, ...tcp, '--dport', String(target.port), '-j', 'ACCEPT');
  await filter('-A', CHAIN, '-j', 'REJECT');
  for (const rule of rules) await change('-I', rule);
  return { [Symbol.asyncDispose]: remove };
}
