import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { callBody } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { callThroughTunnel, openTunnel } from '../egress/guest-tunnel.ts';
import { openTcpDoor } from './open-tcp-door.ts';

const REQUEST = 'GET /v1/models HTTP/1.1\r\nHost: model\r\nConnection: close\r\n\r\n';

test('without a token a tunnel is asked for one, with a wrong one or to elsewhere it is refused, and all are hung up on', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const asked = [
    [undefined, 'model', 407],
    ['x'.repeat(43), 'model', 403],
    [pass.token, 'example.com:443', 403],
    [pass.token, 'MODEL', 403],
    [pass.token, '/model', 403],
  ] as const;
  for (const [token, door, status] of asked) {
    const tunnel = await openTunnel({ ...world.at, token }, door);
    expect([door, tunnel.status]).toEqual([door, status]);
    await tunnel.closed;
  }
  expect(world.door.strangers()).toBe(asked.length);
});

test('a tunnel to the model takes one call after the other, and nothing but the one call', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const tunnel = await openTunnel({ ...world.at, token: pass.token }, 'model');
  const body = callBody().toString();
  const call = `POST /v1/responses HTTP/1.1\r\nHost: model\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (const count of [1, 2]) {
    tunnel.socket.write(call);
    await expect.poll(() => tunnel.text().split('HTTP/1.1 200 OK').length - 1).toBe(count);
  }
  tunnel.socket.write(REQUEST);
  await tunnel.closed;
  expect(tunnel.text()).toMatch(/HTTP\/1\.1 403 /);
  expect(world.server.received).toHaveLength(2);
  expect(pass.room.refused()).toBe(1);
});

test('what a forwarder sends along with the CONNECT is not lost', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const tunnel = await openTunnel({ ...world.at, token: pass.token }, 'model', REQUEST);
  await tunnel.closed;
  expect(tunnel.text()).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 403 /);
});

test('a tunnel inside a tunnel is refused', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const nested = `CONNECT model HTTP/1.1\r\nHost: model\r\nProxy-Authorization: Bearer ${pass.token}\r\n\r\n`;
  const tunnel = await openTunnel({ ...world.at, token: pass.token }, 'model', nested);
  await tunnel.closed;
  expect(tunnel.text()).toMatch(/Established\r\n\r\nHTTP\/1\.1 403 Forbidden/);
});

test('inside a tunnel no token of another run changes whose tunnel it is', async () => {
  await using world = await openTcpDoor();
  const [one, two] = [world.mint('run-1'), world.mint('run-2', { models: [] })];
  const body = callBody();
  const tunnel = await openTunnel({ ...world.at, token: two.token }, 'model');
  const head = `POST /v1/responses HTTP/1.1\r\nHost: m\r\nAuthorization: Bearer ${one.token}\r\nConnection: close`;
  tunnel.socket.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`);
  await tunnel.closed;
  expect(tunnel.text()).toMatch(/Established\r\n\r\nHTTP\/1\.1 403 /);
  expect([one.room.refused(), two.room.refused()]).toEqual([0, 1]);
});

test('a tunnel to egress is the run’s forward proxy, which refuses what the run may not reach', async () => {
  await using world = await openTcpDoor();
  const refused: string[] = [];
  const pass = world.mint('run-1', { onRefused: ({ door, what }) => void refused.push(`${door} ${what}`) });
  const inner = 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n';
  const tunnel = await openTunnel({ ...world.at, token: pass.token }, 'egress', inner);
  await tunnel.closed;
  expect(tunnel.text()).toMatch(/Established\r\n\r\nHTTP\/1\.1 403 /);
  expect(refused).toEqual([expect.stringMatching(/^egress example\.com:443/)]);
});

test('one run cannot take more than its share of connections, and others still get theirs', async () => {
  await using world = await openTcpDoor();
  const [greedy, modest] = [world.mint('run-1'), world.mint('run-2')];
  const tunnels = [];
  for (let count = 0; count < 130; count += 1) {
    tunnels.push(await openTunnel({ ...world.at, token: greedy.token }, 'egress'));
  }
  expect(tunnels.filter(({ status }) => status === 200)).toHaveLength(128);
  expect(tunnels.at(-1)?.status).toBe(503);
  expect(await callThroughTunnel({ ...world.at, token: modest.token }, callBody())).toContain('200 OK');
  await greedy.end();
  await Promise.all(tunnels.map(({ closed }) => closed));
});

test('connections that do not introduce themselves are cut within seconds, whatever they drip', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const startedAt = Date.now();
  const dripping = Array.from({ length: 100 }, () => drip(world.at.port));
  await Promise.all(dripping.map(({ connected }) => connected));
  expect((await callDoor(world.at, { method: 'GET', path: '/healthz' })).status).toBe(200);
  const known = await openTunnel({ ...world.at, token: pass.token }, 'model');
  await Promise.all(dripping.map(({ closed }) => closed));
  expect(Date.now() - startedAt).toBeGreaterThan(4_000);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  known.socket.write(REQUEST);
  await known.closed;
  expect(known.text()).toMatch(/Established\r\n\r\nHTTP\/1\.1 403 /);
}, 20_000);

test('one address cannot hold more than a few connections that nobody knows', async () => {
  await using world = await openTcpDoor();
  const before = world.door.strangers();
  const silent = Array.from({ length: 140 }, () => drip(world.at.port));
  await expect.poll(() => world.door.strangers() - before).toBe(12);
  for (const { socket } of silent) socket.destroy();
  await expect
    .poll(async () => (await callDoor(world.at, { method: 'GET', path: '/healthz' }).catch(() => undefined))?.status)
    .toBe(200);
});

interface Dripping {
  readonly socket: Socket;
  readonly connected: Promise<void>;
  readonly closed: Promise<void>;
}

/** A connection that sends one more byte of an endless header every now and then. */
function drip(port: number): Dripping {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined).write('GET /healthz HTTP/1.1\r\nX-Slow: ');
  const timer = setInterval(() => socket.write('x'), 100);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      clearInterval(timer);
      resolve();
    });
  });
  return { socket, closed, connected: new Promise((resolve) => socket.once('connect', () => resolve())) };
}
