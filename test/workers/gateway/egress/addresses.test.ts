import fc from 'fast-check';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { judgeAddress } from '../../../../workers/gateway/egress/addresses.ts';

const OPEN = ['1.1.1.1', '8.8.8.8', '104.16.0.35', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0'];
const OPEN_6 = ['2606:4700::6810:23', '2a00:1450:4001:80b::200e', '::ffff:8.8.8.8', '64:ff9b::808:808'];
const INNER = [
  '10.0.0.0',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '127.0.0.1',
  '127.255.255.254',
];
const INNER_6 = ['::1', 'fd12:3456::1', 'fc00::', 'fdff:ffff::1', '::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::a00:1'];
const SHARED = ['100.64.0.1', '100.127.255.255'];
const CLOSED = ['0.0.0.0', '0.1.2.3', '169.254.0.1', '169.254.169.254', '224.0.0.1', '239.255.255.255', '240.0.0.1'];
const CLOSED_MORE = [
  '255.255.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
];
const CLOSED_6 = [
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  '100::1',
  '::127.0.0.1',
  '::8.8.8.8',
  '4000::1',
];
const TUNNELS = ['2002:7f00:1::', '2002:808:808::1', '2001::ffff', '64:ff9b:1::a00:1', '::ffff:0:10.0.0.1', '3fff::1'];
const METADATA = ['168.63.129.16', '100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254', '::ffff:169.254.169.254'];
const NONSENSE = ['', 'localhost', '0x7f.1', '2130706433', '010.0.0.1', '1.1.1.1:443', '[::1]', '1.1.1.1 ', '1.1.1'];

const reachOf = (address: string): string => judgeAddress(address, []).reach;

describe('an address', () => {
  test.each([...OPEN, ...OPEN_6])('%s is open', (address) => {
    expect(reachOf(address)).toBe('open');
  });

  test.each([...INNER, ...INNER_6, ...SHARED])('%s is reached for named hosts only', (address) => {
    expect(reachOf(address)).toBe('inner');
  });

  test.each([...CLOSED, ...CLOSED_MORE, ...CLOSED_6, ...TUNNELS, ...METADATA, ...NONSENSE])(
    '%j is closed',
    (address) => {
      expect(reachOf(address)).toBe('closed');
    },
  );

  test('of this machine is never open, the public ones included', () => {
    const own = Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address));
    expect(own).not.toEqual([]);
    for (const address of own) expect(judgeAddress(address, own).reach, address).not.toBe('open');
    for (const address of ['8.8.8.8', '::ffff:8.8.8.8', '64:ff9b::808:808', '::ffff:808:808']) {
      expect(judgeAddress(address, ['8.8.8.8'])).toEqual({ reach: 'inner', kind: 'own' });
    }
    expect(judgeAddress('8.8.8.9', ['8.8.8.8', 'fe80::1%eth0']).reach).toBe('open');
  });

  test('of IPv4 is open exactly where Node’s own block list of the special ranges does not catch it', () => {
    const special = new BlockList();
    const ranges =
      '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24';
    const more = '192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15';
    const rest = '198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32';
    for (const range of `${ranges} ${more} ${rest}`.split(' ')) {
      const [network = '', prefix] = range.split('/');
      special.addSubnet(network, Number(prefix), 'ipv4');
    }
    const nearEdges = fc
      .tuple(fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224), fc.nat(255), fc.nat(255), fc.nat(255))
      .map((octets) => octets.join('.'));
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), nearEdges), (address) => {
        expect(reachOf(address) === 'open', address).toBe(!special.check(address, 'ipv4'));
      }),
      { numRuns: 5_000 },
    );
  });

  test('of IPv6 is open only in the space that is given out, or where it holds an open IPv4 address', () => {
    const group = fc.nat(0xffff).map((n) => n.toString(16));
    const special = fc.constantFrom('::', '::ffff:0:', 'fe80::', 'fc00::', 'ff02::', '2002:', '2001:0:', '64:ff9b:1:');
    const address = fc
      .tuple(special, group, group)
      .map(([prefix, a, b]) => `${prefix}${prefix.endsWith('::') ? '' : ':'}${a}:${b}`);
    fc.assert(
      fc.property(address, (text) => reachOf(text) !== 'open'),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.ipV4(), (inside) => {
        const hex = inside.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
        const tail = `${hex[0]}${hex[1]}:${hex[2]}${hex[3]}`;
        for (const prefix of ['::ffff:', '64:ff9b::']) expect(reachOf(`${prefix}${tail}`)).toBe(reachOf(inside));
      }),
      { numRuns: 2_000 },
    );
  });
});
