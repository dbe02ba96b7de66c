import { domainToUnicode } from 'node:url';
import { describe, expect, test } from 'vitest';
import { connectHead, openEgressScene } from './scene.ts';

/** Notations of one IPv4 address that some resolver or URL parser takes for it. */
function notations(address: string): string[] {
  const octets = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const value = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = value.toString(16).padStart(8, '0');
  const wide = [...address].map((character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0)).join('');
  return [
    ...[address, `${address}.`, `${value}`, `0x${hex}`, `0X${hex.toUpperCase()}`, `0${value.toString(8)}`],
    ...[
      octets.map((octet) => `0${octet.toString(8)}`).join('.'),
      octets.map((octet) => `0x${octet.toString(16)}`).join('.'),
    ],
    ...[`${a}.${value - a * 2 ** 24}`, `${a}.${b}.${c * 256 + d}`, `0x${a.toString(16)}.${b}.0${c.toString(8)}.${d}`],
    ...[octets.map((octet) => String(octet).padStart(3, '0')).join('.'), wide, address.replaceAll('.', '。')],
    ...[`[::ffff:${address}]`, `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`, `::ffff:${address}`, `[::${address}]`],
    ...[
      `[64:ff9b::${address}]`,
      `[2002:${hex.slice(0, 4)}:${hex.slice(4)}::]`,
      `${address}%eth0`,
      `[fe80::${hex.slice(4)}%1]`,
    ],
  ];
}

const RESERVED = ['127.0.0.1', '10.0.0.5', '169.254.169.254', '192.168.1.1', '172.17.0.1', '0.0.0.0'];
const IPV6 = [
  '[::1]',
  '[::]',
  '[fe80::1%25eth0]',
  '[fd00:ec2::254]',
  '::1',
  '[ff02::1]',
  '[fec0::1]',
  '[0:0:0:0:0:0:0:1]',
];
/** Ways to write an allowed name together with something else. */
const SMUGGLED = [
  'allowed.test@127.0.0.1',
  '127.0.0.1@allowed.test',
  'allowed.test:443@127.0.0.1',
  '127.0.0.1:80@allowed.test',
  'allowed.test#@127.0.0.1',
  '127.0.0.1#.allowed.test',
  '127.0.0.1?.allowed.test',
  '127.0.0.1/.allowed.test',
  '127.0.0.1\\.allowed.test',
  '127.0.0.1%00.allowed.test',
  '127.0.0.1\0.allowed.test',
  '127.0.0.1%2f.allowed.test',
  '127.0.0.1;.allowed.test',
  '127.0.0.1,allowed.test',
  'localhost',
  'localhost.',
  'LOCALHOST',
  'localhost.localdomain',
  'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
  'loca\u00adlhost',
  'metadata',
  'metadata.google.internal',
  'instance-data',
  'kubernetes.default.svc',
  'host.docker.internal',
  'gateway.docker.internal',
  'allowed.test.evil.test',
  'evilallowed.test',
  'allowed.tes',
  'llowed.test',
  '.allowed.test',
  '*.allowed.test',
  'ⓔvil.test',
  domainToUnicode('xn--allwed-k6a.test'),
  'http://allowed.test',
  'https://127.0.0.1',
  'file:///etc/passwd',
  'unix:/var/run/docker.sock',
  '/var/run/docker.sock',
];
const TARGETS = [...new Set([...RESERVED.flatMap(notations), ...IPV6, ...SMUGGLED])];

describe('a target that is no allowed name', () => {
  test('is at least 120 times tried', () => {
    expect(TARGETS.length).toBeGreaterThanOrEqual(120);
  });

  test('is refused on both ports, said once each, and nothing is looked up or connected to', async () => {
    const scene = await openEgressScene({ hosts: ['allowed.test', '*.below.test'], privateHosts: ['allowed.test'] });
    for (const target of TARGETS) {
      for (const port of [443, 80]) {
        const answer = await scene.ask(connectHead(`${target}:${port}`));
        expect(answer, target).toMatch(/^HTTP\/1\.1 403 Blocked, see egress in astraforge\.yml\r\n/);
        expect(answer, target).toMatch(/\r\n\r\nAstraForge blocked [ -~]* Hosts are allowed under `egress:` [ -~]*\n$/);
      }
    }
    expect(scene.refused).toHaveLength(TARGETS.length * 2);
    for (const what of scene.refused) expect(what).toMatch(/^[A-Za-z0-9.:[\]%_?-]{1,100} \([ -~]+\)$/);
    expect([scene.lookedUp, scene.connected]).toEqual([[], []]);
  });

  test.each(TARGETS)('%j is refused in a plain request as well', async (target) => {
    const scene = await openEgressScene({ hosts: ['allowed.test'], privateHosts: ['allowed.test'] });
    const answer = await scene.ask(`GET http://${target}/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect([scene.lookedUp, scene.connected]).toEqual([[], []]);
  });

  test.each(['22', '25', '0', '8443', '65979', '65616', '99999', '0443', '443.0', '-443', '', ' 443', '４４３'])(
    'an allowed name with port %j is refused',
    async (port) => {
      const scene = await openEgressScene({ hosts: ['allowed.test'], names: { 'allowed.test': ['8.8.8.8'] } });
      expect(await scene.ask(connectHead(`allowed.test:${port}`))).toMatch(/^HTTP\/1\.1 403 /);
      expect([scene.lookedUp, scene.connected, scene.refused.length]).toEqual([[], [], 1]);
    },
  );
});
