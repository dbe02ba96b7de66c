import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { clientHello } from './client-hello.ts';
import { connectHead, gone, openEgressScene, readToEnd, type EgressScene, type EgressSceneOptions } from './scene.ts';
import { secure, startOutside, startTlsOutside, type OutsideServer } from './outside-server.ts';

const HOST = 'registry.allowed.test';
const OTHER = 'other.allowed.test';
const PUBLIC = '8.8.8.8';

interface Stage {
  readonly server: OutsideServer;
  readonly scene: EgressScene;
}

async function open(options: EgressSceneOptions = {}): Promise<Stage> {
  const server = await startOutside((socket) => void socket.end('reached'));
  const names = { [HOST]: [PUBLIC], [OTHER]: [PUBLIC] };
  return { server, scene: await openEgressScene({ hosts: [HOST, OTHER], names, serverPort: server.port, ...options }) };
}

describe('what is refused', () => {
  test.each([
    ['an https URL', `GET https://${HOST}/ HTTP/1.1`, `${HOST} (only CONNECT is served)`],
    ['a plain request', `GET http://${HOST}/x HTTP/1.1`, `${HOST} (plain http is not proxied, use https)`],
    [
      'a plain request to a port',
      `POST http://${HOST}:8080/x HTTP/1.0`,
      `${HOST}:8080 (plain http is not proxied, use https)`,
    ],
    ['a request to the proxy itself', 'GET / HTTP/1.1', '- (not a proxy request)'],
    ['an ftp URL', 'GET ftp://127.0.0.1/ HTTP/1.1', '127.0.0.1 (only CONNECT is served)'],
    ['no port', `CONNECT ${HOST} HTTP/1.1`, `${HOST} (no port)`],
    ['lower case', `connect ${HOST}:443 HTTP/1.1`, '- (not a proxy request)'],
    ['HTTP/2', `CONNECT ${HOST}:443 HTTP/2.0`, '- (not a proxy request)'],
    ['a second target', `CONNECT ${HOST}:443 evil.test:443 HTTP/1.1`, '- (not a proxy request)'],
    ['a line feed for a line end', `CONNECT ${HOST}:443 HTTP/1.1\nHost: x`, '- (not a proxy request)'],
    ['nothing that is HTTP', '\u0016\u0003\u0001\u0002', '- (not a proxy request)'],
  ])('%s, with a word on what to do', async (_title, line, what) => {
    const { scene } = await open();
    const answer = await scene.ask(`${line}\r\nHost: ${HOST}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 Blocked, see egress in astraforge\.yml\r\n/);
    expect(answer).toContain('under `egress:` in astraforge.yml on the default branch.\n');
    expect(scene.refused).toEqual([what]);
    expect([scene.lookedUp, scene.connected]).toEqual([[], []]);
  });

  test('a host that is not in the list, by name, in one line, and in the log', async () => {
    const { scene } = await open();
    const answer = await scene.ask(connectHead('Evil.test:443'));
    const [, body] = answer.split('\r\n\r\n');
    expect(body).toBe(
      'AstraForge blocked evil.test:443: not in the list of allowed hosts. ' +
        'Hosts are allowed under `egress:` in astraforge.yml on the default branch.\n',
    );
    expect(scene.refused).toEqual(['evil.test:443 (not in the list of allowed hosts)']);
    expect(scene.logged.join('\n')).toContain('evil.test:443');
  });

  test('everything, where the repository allows nothing', async () => {
    const { scene } = await open({ hosts: [] });
    expect(await scene.ask(connectHead(`${HOST}:443`))).toMatch(/^HTTP\/1\.1 403 /);
    expect([scene.lookedUp, scene.connected]).toEqual([[], []]);
  });

  test('a head that is too long, and one that never ends', async () => {
    const { scene } = await open({ limits: { openingTimeoutMs: 200 } });
    const giant = `CONNECT ${HOST}:443 HTTP/1.1\r\nX: ${'a'.repeat(1_000_000)}`;
    expect(await scene.ask(giant)).toMatch(/^HTTP\/1\.1 431 /);
    const socket = await scene.dial();
    socket.write('CONNECT reg');
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 408 /);
    expect(scene.refused).toEqual(['- (the head of the request is too long)', '- (the request did not come in time)']);
    expect(scene.connected).toEqual([]);
  });

  test('nothing of a caller who hangs up before asking', async () => {
    const { scene } = await open();
    for (let count = 0; count < 3; count += 1) (await scene.dial()).destroy();
    expect(await scene.ask('')).toBe('');
    expect(scene.refused).toEqual([]);
  });
});

describe('inside a tunnel to 443, nothing reaches the host and the refusal is told, when', () => {
  const refusedInside = async (bytes: Buffer | string, options: EgressSceneOptions = {}): Promise<string> => {
    const { scene, server } = await open(options);
    const socket = await scene.tunnel(`${HOST}:443`);
    socket.write(bytes);
    const answer = await readToEnd(socket);
    expect(server.received()).toHaveLength(0);
    expect(scene.refused).toHaveLength(1);
    return `${scene.refused[0]} ${Buffer.from(answer, 'latin1').toString('hex')}`;
  };
  const ALERT = '15030300020270';

  test('the TLS hello names another host, even an allowed one: the client gets an alert', async () => {
    const hello = await clientHello({ servername: OTHER });
    expect(await refusedInside(hello)).toBe(`${HOST}:443 (the TLS hello names another host) ${ALERT}`);
  });

  test('the TLS hello names no host', async () => {
    const hello = await clientHello({ servername: '' });
    expect(await refusedInside(hello)).toBe(`${HOST}:443 (no server name in the TLS hello) ${ALERT}`);
  });

  test('the TLS hello names the host with something added', async () => {
    for (const servername of [`${HOST}.evil.test`, `x.${HOST}`, `${HOST}.`]) {
      expect(await refusedInside(await clientHello({ servername }))).toContain('names another host');
    }
  });

  test.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['HTTP', `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`],
    ['a database', '\u0000\u0000\u0000\u0008\u0004\u00d2\u0016\u002f'],
    ['another CONNECT', connectHead('evil.test:443')],
    ['a single byte', 'x'],
  ])('the tunnel is used for %s', async (_title, bytes) => {
    expect(await refusedInside(bytes)).toBe(`${HOST}:443 (not TLS) `);
  });

  test('the hello never ends, or comes too slowly, or nothing comes', async () => {
    const endless = Buffer.alloc(40_000, Buffer.from([22, 3, 1, 0, 1, 1]));
    expect(await refusedInside(endless)).toContain('its first message is too long');
    const limits = { openingTimeoutMs: 200 };
    const half = (await clientHello({ servername: HOST })).subarray(0, 40);
    expect(await refusedInside(half, { limits })).toContain('nothing to judge it by came in time');
    expect(await refusedInside('', { limits })).toContain('nothing to judge it by came in time');
  });

  test('a hello is fed byte by byte and names another host', async () => {
    const { scene, server } = await open();
    const socket = await scene.tunnel(`${HOST}:443`);
    for (const byte of await clientHello({ servername: OTHER })) socket.write(Buffer.from([byte]));
    await gone(socket);
    expect([server.received().length, scene.refused.length]).toEqual([0, 1]);
  });

  test('a body came with the CONNECT: it is what the tunnel begins with', async () => {
    const { scene, server } = await open();
    const head = `CONNECT ${HOST}:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n`;
    const hello = await clientHello({ servername: HOST });
    const answer = await scene.ask(Buffer.concat([Buffer.from(`${head}hello`), hello]));
    expect(answer).toBe('HTTP/1.1 200 Connection Established\r\n\r\n');
    expect(scene.refused).toEqual([`${HOST}:443 (not TLS)`]);
    expect(server.received()).toHaveLength(0);
  });
});

describe('inside a tunnel to 80, nothing reaches the host and the client is told, when', () => {
  test.each([
    ['the Host header names another host', `GET / HTTP/1.1\r\nHost: ${OTHER}\r\n\r\n`],
    ['the Host header names another port', `GET / HTTP/1.1\r\nHost: ${HOST}:8080\r\n\r\n`],
    ['the target names another host', `GET http://${OTHER}/ HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`],
    ['there is no Host header', 'GET / HTTP/1.0\r\n\r\n'],
    ['there are two', `GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: ${OTHER}\r\n\r\n`],
    ['it is no HTTP', 'EHLO me\r\n'],
    ['the head does not end', `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX: ${'a'.repeat(20_000)}`],
  ])('%s', async (_title, request) => {
    const { scene, server } = await open();
    const socket = await scene.tunnel(`${HOST}:80`);
    socket.write(request);
    const answer = await readToEnd(socket);
    expect(answer).toMatch(/^(?:HTTP\/1\.1 403 Blocked|$)/);
    expect(server.received()).toHaveLength(0);
    expect(scene.refused).toHaveLength(1);
  });
});

test('a redirect to the cloud’s metadata or to a private host ends at the proxy: the second CONNECT is refused', async () => {
  const server = await startTlsOutside([HOST]);
  const names = { [HOST]: [PUBLIC], 'inner.allowed.test': ['10.1.2.3'] };
  const hosts = [HOST, 'inner.allowed.test'];
  const scene = await openEgressScene({ hosts, names, serverPort: server.port });
  const session = await secure(await scene.tunnel(`${HOST}:443`), HOST, server);
  session.write('HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\n\r\n');
  await once(session, 'data');
  for (const next of ['169.254.169.254:80', 'metadata.google.internal:80', 'inner.allowed.test:443']) {
    expect(await scene.ask(connectHead(next))).toMatch(/^HTTP\/1\.1 403 /);
  }
  expect(await scene.ask('GET http://169.254.169.254/latest/ HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  expect(scene.connected).toEqual([`${PUBLIC}:443`]);
});
