import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../contract/eventually.ts';
import { connectHead, gone, openEgressScene, readToEnd, type EgressScene } from './scene.ts';
import { secure, startOutside, startTlsOutside } from './outside-server.ts';

const HOST = 'registry.allowed.test';
const PUBLIC = '8.8.8.8';
const REQUEST = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
const MEBIBYTE = 1024 * 1024;

type Limits = NonNullable<Parameters<typeof openEgressScene>[0]>['limits'];

const sceneFor = (serverPort: number, limits: Limits = {}): Promise<EgressScene> =>
  openEgressScene({ hosts: [HOST], names: { [HOST]: [PUBLIC] }, serverPort, limits });

describe('a tunnel to an allowed host', () => {
  test('carries a TLS session from end to end: the certificate is the host’s own', async () => {
    const server = await startTlsOutside([HOST]);
    const scene = await sceneFor(server.port);
    for (const spelled of [HOST, 'Registry.ALLOWED.test', `${HOST}.`]) {
      const session = await secure(await scene.tunnel(`${spelled}:443`), HOST, server);
      const [greeting] = await once(session, 'data');
      expect(String(greeting)).toBe(`hello from ${HOST}\n`);
      expect(session.authorized).toBe(true);
      session.destroy();
    }
    expect(scene.connected).toEqual(Array.from({ length: 3 }, () => `${PUBLIC}:443`));
    expect(scene.refused).toEqual([]);
  });

  test('passes megabytes in both directions untouched, and counts them', async () => {
    const server = await startOutside((socket) => void socket.pipe(socket));
    const scene = await sceneFor(server.port);
    const socket = await scene.tunnel(`${HOST}:80`);
    const sent = Buffer.concat([Buffer.from(REQUEST), randomBytes(4 * MEBIBYTE)]);
    socket.end(sent);
    expect(Buffer.from(await readToEnd(socket), 'latin1').equals(sent)).toBe(true);
    expect(server.received().equals(sent)).toBe(true);
    expect(scene.door.bytes()).toEqual({ up: sent.length, down: sent.length });
  });

  test('passes on what was sent together with the CONNECT, before the answer', async () => {
    const server = await startOutside((socket) => void socket.end('served'));
    const scene = await sceneFor(server.port);
    expect(await scene.ask(`${connectHead(`${HOST}:80`)}${REQUEST}`)).toMatch(/200 [^]*\r\n\r\nserved$/);
    expect(server.received().toString()).toBe(REQUEST);
  });

  test('takes the request in single bytes as well', async () => {
    const server = await startOutside((socket) => void socket.end('served'));
    const scene = await sceneFor(server.port);
    const socket = await scene.dial();
    const answer = readToEnd(socket);
    for (const byte of `${connectHead(`${HOST}:80`)}${REQUEST}`) {
      socket.write(byte);
      await after(0);
    }
    expect(await answer).toMatch(/served$/);
  });

  test('stays open for the answer when the client has nothing more to say, and the other way round', async () => {
    const server = await startOutside((socket) => {
      let heard = 0;
      socket.on('data', (chunk: Buffer) => (heard += chunk.length));
      socket.on('end', () => socket.end(`heard ${heard}`));
    });
    const scene = await sceneFor(server.port);
    const socket = await scene.tunnel(`${HOST}:80`);
    socket.end(REQUEST);
    expect(await readToEnd(socket)).toBe(`heard ${REQUEST.length}`);

    const talker = await startOutside((incoming) => void incoming.end('bye'));
    const other = await sceneFor(talker.port);
    const listener = await other.tunnel(`${HOST}:80`);
    listener.allowHalfOpen = true;
    listener.write(REQUEST);
    await once(listener.resume(), 'end');
    listener.end('still talking');
    await eventually(async () => talker.received().toString() === `${REQUEST}still talking`);
  });

  test('is broken on one side when it breaks on the other', async () => {
    const held: Socket[] = [];
    const server = await startOutside((socket) => void held.push(socket.resume()));
    const scene = await sceneFor(server.port);
    const first = await scene.tunnel(`${HOST}:80`);
    first.write(REQUEST);
    await eventually(async () => server.received().length === REQUEST.length);
    held[0]?.resetAndDestroy();
    await gone(first);

    const second = await scene.tunnel(`${HOST}:80`);
    second.write(REQUEST);
    await eventually(async () => held.length === 2);
    second.destroy();
    await eventually(async () => held[1]?.destroyed === true || held[1]?.readableEnded === true);
    expect(scene.refused).toEqual([]);
  });
});

describe('the limits of a run', () => {
  const silent = (): void => undefined;

  test('cut a tunnel that is silent too long, and one that lives too long', async () => {
    const server = await startOutside((socket) => {
      const talk = setInterval(() => socket.write('.'), 20);
      socket.once('close', () => clearInterval(talk));
    });
    const living = await sceneFor(server.port, { lifetimeMs: 300, idleTimeoutMs: 10_000 });
    const talking = await living.tunnel(`${HOST}:80`);
    talking.write(REQUEST);
    expect((await readToEnd(talking)).length).toBeGreaterThan(3);
    const quiet = await startOutside(silent);
    const idle = await sceneFor(quiet.port, { idleTimeoutMs: 100, lifetimeMs: 10_000 });
    const waiting = await idle.tunnel(`${HOST}:80`);
    waiting.write(REQUEST);
    expect(await readToEnd(waiting)).toBe('');
  });

  test('let no byte more out than the run may send, over all its tunnels, and say so', async () => {
    const server = await startOutside((socket) => void socket.resume());
    const scene = await sceneFor(server.port, { uploadBytesMax: 2 * MEBIBYTE });
    const first = await scene.tunnel(`${HOST}:80`);
    first.write(REQUEST);
    first.write(Buffer.alloc(MEBIBYTE));
    await eventually(async () => server.received().length === MEBIBYTE + REQUEST.length);
    const second = await scene.tunnel(`${HOST}:80`);
    second.write(REQUEST);
    second.write(Buffer.alloc(4 * MEBIBYTE));
    await gone(second);
    expect(server.received().length).toBeLessThanOrEqual(2 * MEBIBYTE);
    expect(await scene.ask(connectHead(`${HOST}:443`))).toMatch(/^HTTP\/1\.1 403 [^]*this run has sent all it may/);
    expect(scene.refused).toEqual([
      `${HOST}:80 (this run has sent all it may)`,
      `${HOST}:443 (this run has sent all it may)`,
    ]);
  });

  test('turn away connections above the number, at once and over the run, and say so once', async () => {
    const server = await startOutside(silent);
    const scene = await sceneFor(server.port, { connectionsMax: 2, connectionsTotalMax: 4 });
    const [first, second] = [await scene.tunnel(`${HOST}:80`), await scene.tunnel(`${HOST}:80`)];
    expect(await scene.ask(connectHead(`${HOST}:80`))).toBe('');
    expect(await scene.ask(connectHead(`${HOST}:80`))).toBe('');
    for (const socket of [first, second]) socket.destroy();
    await eventually(async () => (await scene.ask(connectHead('blocked.test:80'))).startsWith('HTTP/1.1 403 '));
    await scene.ask(connectHead('blocked.test:80'));
    expect(await scene.ask(connectHead(`${HOST}:80`))).toBe('');
    expect(scene.refused.filter((what) => what === '- (too many connections)')).toHaveLength(1);
  });

  test('end with the door: closing cuts tunnels, half-made ones and all later connections', async () => {
    const server = await startOutside(silent);
    const scene = await openEgressScene({
      hosts: [HOST, 'never.test'],
      names: (host) => (host === HOST ? Promise.resolve([PUBLIC]) : new Promise(() => undefined)),
      serverPort: server.port,
    });
    const tunnel = await scene.tunnel(`${HOST}:80`);
    tunnel.write(REQUEST);
    const looking = await scene.dial();
    looking.write(connectHead('never.test:80'));
    await eventually(async () => scene.lookedUp.includes('never.test'));
    const fresh = await scene.dial();
    const closed = [tunnel, looking, fresh].map(gone);
    await scene.door.close();
    await Promise.all(closed);
    expect(await scene.ask(connectHead(`${HOST}:80`))).toBe('');
    await scene.door.close();
    expect(scene.refused).toEqual([]);
  });
});
