import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openEgressDoor } from '../../../../workers/gateway/egress/egress.ts';
import { createLookup, machineAddresses, systemResolve } from '../../../../workers/gateway/egress/lookup.ts';
import { eventually } from '../../../contract/eventually.ts';
import { connectHead, openEgressScene } from './scene.ts';
import { startOutside } from './outside-server.ts';

const HOST = 'registry.allowed.test';
const REQUEST = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

describe('an allowed name', () => {
  test.each([
    ['127.0.0.1', 'loopback'],
    ['10.0.0.7', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['0.0.0.0', 'unspecified'],
    ['255.255.255.255', 'broadcast'],
    ['::1', 'loopback'],
    ['::ffff:10.0.0.7', 'private'],
    ['64:ff9b::a9fe:a9fe', 'linkLocal'],
    ['2002:7f00:1::', '6to4'],
    ['168.63.129.16', 'cloud metadata'],
  ])('that stands for %s is refused, and never connected to', async (address, kind) => {
    const server = await startOutside((socket) => void socket.end());
    const scene = await openEgressScene({ hosts: [HOST], names: { [HOST]: [address] }, serverPort: server.port });
    expect(await scene.ask(connectHead(`${HOST}:443`))).toMatch(/^HTTP\/1\.1 403 /);
    expect(scene.refused).toEqual([`${HOST}:443 (its address is ${kind})`]);
    expect([scene.connected, server.connections()]).toEqual([[], 0]);
  });

  test('is refused when one of its addresses is private, wherever that stands in the answer', async () => {
    for (const addresses of [
      ['8.8.8.8', '10.0.0.7'],
      ['10.0.0.7', '8.8.8.8'],
      ['2606:4700::1', '8.8.8.8', '::1'],
    ]) {
      const scene = await openEgressScene({ hosts: [HOST], names: { [HOST]: addresses } });
      expect(await scene.ask(connectHead(`${HOST}:443`))).toMatch(/^HTTP\/1\.1 403 /);
      expect(scene.connected).toEqual([]);
    }
  });

  test('that stands for an address of this machine is refused, whatever its range', async () => {
    const own = Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address));
    for (const address of own) {
      const scene = await openEgressScene({ hosts: [HOST], names: { [HOST]: [address] } });
      expect(await scene.ask(connectHead(`${HOST}:443`)), address).toMatch(/^HTTP\/1\.1 403 /);
      expect(scene.connected).toEqual([]);
    }
  });

  test('that stands for a public address is refused where that address is this machine’s', async () => {
    const addresses = ['8.8.8.8', '2606:4700::1'];
    for (const address of addresses) {
      const terms = { resolve: async () => [address], mayBeInner: () => false, timeoutMs: 1_000 };
      expect(await createLookup({ ...terms, ownAddresses: () => addresses })(HOST)).toEqual({
        kind: 'refused',
        why: 'its address is own',
      });
      expect(await createLookup({ ...terms, ownAddresses: () => [] })(HOST)).toEqual({
        kind: 'checked',
        addresses: [address],
      });
    }
    expect(machineAddresses()).toContain('127.0.0.1');
  });

  test('that is public at first and private afterwards is asked for once and connected to as it was checked', async () => {
    const server = await startOutside((socket) => void socket.end('served'));
    const answers = [['8.8.8.8'], ['127.0.0.1'], ['10.0.0.1']];
    const names = async (): Promise<readonly string[]> => answers.shift() ?? ['169.254.169.254'];
    const scene = await openEgressScene({ hosts: [HOST], names, serverPort: server.port });
    expect(await scene.ask(`${connectHead(`${HOST}:80`)}${REQUEST}`)).toMatch(/served$/);
    expect([scene.lookedUp, scene.connected]).toEqual([[HOST], ['8.8.8.8:80']]);
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await scene.ask(connectHead(`${HOST}:80`))).toMatch(/^HTTP\/1\.1 403 /);
    }
    expect(scene.connected).toEqual(['8.8.8.8:80']);
  });

  test('is tried at its other addresses when the first does not answer, a few of them, and no name is connected to', async () => {
    const addresses = ['8.8.8.1', '2606:4700::1', '8.8.8.3', '8.8.8.4', '8.8.8.5', '8.8.8.6'];
    const scene = await openEgressScene({ hosts: [HOST], names: { [HOST]: addresses } });
    expect(await scene.ask(connectHead(`${HOST}:443`))).toMatch(/^HTTP\/1\.1 502 [^]*it does not answer/);
    expect(scene.connected).toEqual(['8.8.8.1:443', '[2606:4700::1]:443', '8.8.8.3:443', '8.8.8.4:443']);
  });

  test('that nobody knows, or that never resolves, is answered 502 and not waited for', async () => {
    const scene = await openEgressScene({
      hosts: [HOST, 'never.test'],
      names: (host) => (host === HOST ? Promise.reject(new Error('NXDOMAIN')) : new Promise(() => undefined)),
      limits: { lookupTimeoutMs: 100 },
    });
    expect(await scene.ask(connectHead(`${HOST}:443`))).toMatch(/^HTTP\/1\.1 502 [^]*its name has no address/);
    expect(await scene.ask(connectHead('never.test:443'))).toMatch(/^HTTP\/1\.1 502 /);
  });

  test('is looked up once for those who ask at the same time, and few names are at work at a time', async () => {
    const answers = new Map<string, (addresses: readonly string[]) => void>();
    let asked = 0;
    const lookUp = createLookup({
      resolve: (host) => {
        asked += 1;
        return new Promise((resolve) => answers.set(host, resolve));
      },
      mayBeInner: () => false,
      ownAddresses: () => [],
      timeoutMs: 5_000,
    });
    const waiting = ['a.test', 'a.test', 'b.test', 'c.test', 'd.test'].map(lookUp);
    expect(await lookUp('e.test')).toMatchObject({ kind: 'failed' });
    expect(asked).toBe(4);
    for (const answer of answers.values()) answer(['8.8.8.8']);
    expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(['checked']));
    void lookUp('a.test');
    expect(asked).toBe(5);
  });

  test('of the system resolves to addresses', async () => {
    expect(await systemResolve('localhost')).toContain('127.0.0.1');
  });
});

describe('a host that the operator lets be private', () => {
  const privateHosts = ['*.company.test'];
  const company = 'npm.company.test';

  test('is reached at a private address when the repository allows it as well', async () => {
    const server = await startOutside((socket) => void socket.end('served'));
    const names = { [company]: ['10.0.0.7', 'fd00::7'], [HOST]: ['10.0.0.7'] };
    const scene = await openEgressScene({ hosts: [company, HOST], privateHosts, names, serverPort: server.port });
    const request = `GET / HTTP/1.1\r\nHost: ${company}\r\n\r\n`;
    expect(await scene.ask(`${connectHead(`${company}:80`)}${request}`)).toMatch(/served$/);
    expect(await scene.ask(connectHead(`${HOST}:80`))).toMatch(/^HTTP\/1\.1 403 /);
    expect(await scene.ask(connectHead('other.company.test:80'))).toMatch(/^HTTP\/1\.1 403 /);
    expect(scene.connected).toEqual(['10.0.0.7:80']);
  });

  test.each(['169.254.169.254', 'fe80::1', '0.0.0.0', '224.0.0.1', 'fd00:ec2::254', '100.100.100.200', '::'])(
    'is refused at %s all the same',
    async (address) => {
      const scene = await openEgressScene({ hosts: [company], privateHosts, names: { [company]: [address] } });
      expect(await scene.ask(connectHead(`${company}:443`))).toMatch(/^HTTP\/1\.1 403 /);
      expect(scene.connected).toEqual([]);
    },
  );

  test('and every host, is connected to through the system when nothing else is given', async () => {
    const refused: string[] = [];
    const door = openEgressDoor({
      hosts: [company],
      privateHosts,
      logger: QUIET,
      onRefused: (what) => void refused.push(what),
      resolve: async () => ['127.66.3.9'],
    });
    const outside = createServer((socket) => void socket.on('error', ignore).end('served'));
    const listening = await new Promise<boolean>((resolve) => {
      outside.once('error', () => resolve(false)).listen(80, '127.66.3.9', () => resolve(true));
    });
    const inside = createServer({ allowHalfOpen: true }, (socket) => door.accept(socket));
    inside.listen(0, '127.0.0.1');
    await once(inside, 'listening');
    onTestFinished(async () => {
      await door.close();
      for (const server of [outside, inside]) server.close();
    });
    const address = inside.address();
    const socket = connect({ host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += String(chunk)));
    socket.write(`${connectHead(`${company}:80`)}GET / HTTP/1.1\r\nHost: ${company}\r\n\r\n`);
    // Ports below 1024 are not everybody's; then the system's own refusal shows that it was asked.
    await eventually(async () => (listening ? answer.endsWith('served') : answer.startsWith('HTTP/1.1 502 ')));
    expect(refused).toHaveLength(listening ? 0 : 1);
    socket.destroy();
  });
});
