import { networkInterfaces } from 'node:os';
import { checksOf } from './check.ts';
import type { Check } from './check.ts';

const COMMON = { category: 'network', threats: ['T13'], control: 'loose' } as const;
const ORDINARY = { control: 'ordinary' } as const;

/** Address at which clouds answer with keys; in these tests a container of ours does, on a network that only it and its control are on. */
export const METADATA_ADDRESS = '169.254.169.254';

/** Services of ours that run on a host, each really there while the checks run, on every address. */
const SERVICES = ['redis', 'postgres', 'http'] as const;
/** The same address in every form that a resolver takes. */
export const METADATA_FORMS = {
  dotted: METADATA_ADDRESS,
  decimal: '2852039166',
  hexadecimal: '0xa9fea9fe',
  octal: '0251.0376.0251.0376',
  short: '169.254.43518',
  'IPv6-mapped': `::ffff:${METADATA_ADDRESS}`,
  'IPv6-mapped hexadecimal': '::ffff:a9fe:a9fe',
} as const;
/** This machine's own loopback, likewise. */
export const LOOPBACK_FORMS = ['0.0.0.0', '127.1', '0x7f000001', '2130706433', '::', '::ffff:127.0.0.1', 'localhost'];
const NAMES = [
  'host.docker.internal',
  'gateway.docker.internal',
  'metadata.google.internal',
  '$siblingName',
  'canary.example',
];

/** Every address of this machine, with its interface where the address needs one; networks of running containers left out. */
export function hostAddresses(): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, found]) =>
    /^(?:veth|br-)/.test(name)
      ? []
      : (found ?? []).map(({ address }) => (address.startsWith('fe80:') ? `${address}%${name}` : address)),
  );
}

/** Nothing that listens anywhere is reached: not on the host, not in a cloud, not beside us. */
export const NETWORK_CHECKS: readonly Check[] = checksOf(COMMON, [
  ...hostAddresses().flatMap((address) => [
    ...SERVICES.map((service) => [`host.${address}.${service}`, ['tcp', address, `$${service}`, service]] as const),
    [`host.${address}.udp`, ['udp', address, '$udp']] as const,
  ]),
  ...hostAddresses()
    .filter((address) => !address.includes(':'))
    .map((address) => [`host.${address}.icmp`, ['icmp', address, 'raw']] as const),
  ...SERVICES.map((service) => [`host.gateway.${service}`, ['tcp', '$gateway', `$${service}`, service]] as const),
  ['host.gateway.icmp', ['icmp', '$gateway', 'raw']],
  ...LOOPBACK_FORMS.map((form) => [`loopback.${form}`, ['tcp', form, '$redis', 'redis']] as const),
  ...Object.entries(METADATA_FORMS).map(
    ([name, form]) => [`metadata.${name}`, ['tcp', form, 80, 'http'], ORDINARY] as const,
  ),
  ['metadata.url', ['url', `http://${METADATA_ADDRESS}/latest/meta-data/iam/security-credentials/`], ORDINARY],
  ['sibling.tcp', ['tcp', METADATA_ADDRESS, 6379, 'redis'], ORDINARY],
  ['sibling.udp', ['udp', METADATA_ADDRESS, 7], ORDINARY],
  ['sibling.icmp', ['icmp', METADATA_ADDRESS, 'datagram'], ORDINARY],
  ['sibling.name', ['url', 'http://$siblingName/'], ORDINARY],
  ['dns.udp', ['dns', METADATA_ADDRESS, 53, 'udp'], { ...ORDINARY, threats: ['T13', 'T14'] }],
  ['dns.tcp', ['dns', METADATA_ADDRESS, 53, 'tcp'], { ...ORDINARY, threats: ['T13', 'T14'] }],
  ['dns.engine', ['dns', '127.0.0.11', 53, 'udp'], { ...ORDINARY, threats: ['T13', 'T14'] }],
  ...NAMES.map((name) => [`name.${name}`, ['resolve', name], { ...ORDINARY, threats: ['T13', 'T14'] }] as const),
  ['out.v4', ['send_anywhere', '198.51.100.1', 53]],
  ['out.multicast', ['send_anywhere', '224.0.0.251', 5353]],
  ['out.broadcast', ['send_anywhere', '255.255.255.255', 9]],
  ['host.abstract-socket', ['abstract_socket', '$abstractSocket']],
]);
