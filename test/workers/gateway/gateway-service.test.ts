import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnProcess } from '../../process/spawn-process.ts';
import { callBody } from './a-model-call.ts';
import { callDoor } from './guest-call.ts';
import { callThroughTunnel, openTunnel } from './egress/guest-tunnel.ts';
import { startModelServer, type ModelServer } from './model-server.ts';
import { randomKey } from './open-gateway.ts';
import { openRemote, tokenOf } from './open-remote.ts';
import { startGatewayService, type StartedGateway } from './start-gateway-service.ts';

const HOLD_REMOTE_DOOR = fileURLToPath(new URL('./door/hold-remote-door.ts', import.meta.url));
const NetworkDoors = z.object({ port: z.number(), token: z.string() });

describe('the gateway as a process of its own', () => {
  const apiKey = randomKey();
  let model: ModelServer;
  let service: StartedGateway;
  const worker = () => ({ url: new URL(service.url), secret: service.secret });

  beforeAll(async () => {
    model = await startModelServer();
    service = await startGatewayService({ model: { baseUrl: model.baseUrl, apiKey } });
  });
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
  });

  test('says that it is healthy at both ports, to everybody', async () => {
    for (const port of [service.port, service.adminPort]) {
      const health = await callDoor({ port }, { method: 'GET', path: '/healthz' });
      expect([health.status, health.body.toString()]).toEqual([200, '{"status":"ok"}']);
    }
  });

  test('joins a run of a worker elsewhere with the model, which sees the key that only the service has', async () => {
    await using open = await openRemote({ worker: worker() });
    const run = await open.open({ kind: 'network' });
    const answer = await callThroughTunnel({ port: service.port, token: tokenOf(run) }, callBody());
    expect(answer).toContain('200 OK');
    expect(model.received.at(-1)?.headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  test('closes the doors of a worker that was killed, within seconds', async () => {
    const held = spawnProcess(HOLD_REMOTE_DOOR, {
      LLM_PROXY_URL: service.url,
      LLM_PROXY_SECRET: service.secret,
    });
    const at = NetworkDoors.parse((await held.said('door open'))['doors']);
    const tunnel = await openTunnel(at, 'egress');
    expect(tunnel.status).toBe(200);
    await held.end('SIGKILL');
    const killedAt = Date.now();
    await tunnel.closed;
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    expect((await openTunnel(at, 'model')).status).toBe(403);
  }, 60_000);

  test('thousands of strangers leave nothing behind in memory', async () => {
    await strangers(service.port, 2_000);
    const before = await residentBytes(service.process.pid);
    await strangers(service.port, 4_000);
    expect((await residentBytes(service.process.pid)) - before).toBeLessThan(40 * 1024 * 1024);
  }, 60_000);

  test('killed and started again it knows no door of before, while new ones open', async () => {
    const model_ = { baseUrl: model.baseUrl, apiKey };
    const first = await startGatewayService({ model: model_ });
    await using open = await openRemote({ worker: { url: new URL(first.url), secret: first.secret } });
    const [network, sockets] = [await open.open({ kind: 'network' }), await open.open({ kind: 'sockets' })];
    await first.process.end('SIGKILL');
    const { port, adminPort, secret } = first;
    await using _second = await startGatewayService({ model: model_, port, adminPort, secret });
    const startedAt = Date.now();
    expect((await openTunnel({ port, token: tokenOf(network) }, 'model')).status).toBe(403);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    for (const run of [network, sockets]) await expect.poll(() => codeOf(run), { timeout: 10_000 }).toBe('unavailable');
    const again = await open.open({ kind: 'network' });
    expect(await callThroughTunnel({ port, token: tokenOf(again) }, callBody())).toContain('200 OK');
  }, 60_000);

  test('ends with 0 on SIGTERM, and neither key, secret nor token was ever written, at the most talkative level', async () => {
    const own = await startGatewayService({ model: { baseUrl: model.baseUrl, apiKey } });
    await using open = await openRemote({ worker: { url: new URL(own.url), secret: own.secret } });
    const run = await open.open({ kind: 'network' });
    const token = tokenOf(run);
    const bodies = [await callThroughTunnel({ port: own.port, token }, callBody({ input: `${token} ${own.secret}` }))];
    for (const authorization of [`Bearer ${token}x`, `Bearer ${own.secret}`, `Bearer ${apiKey}`]) {
      for (const port of [own.port, own.adminPort]) {
        bodies.push((await callDoor({ port }, { path: `/${token}`, headers: { authorization } })).body.toString());
      }
    }
    expect(await own.process.end('SIGTERM')).toMatchObject({ code: 0 });
    const written = [own.process.output(), ...bodies, ...open.workerLog.lines].join('\n');
    expect(written).toContain('doors of a run closed');
    for (const secret of [apiKey, own.secret, token]) expect(written).not.toContain(secret);
  }, 60_000);
});

test('the service refuses a bad environment, naming every fault', async () => {
  const refused = spawnProcess('workers/gateway-main.ts', { LLM_PROXY_SECRET: 'short', GATEWAY_PORT: '-1' });
  expect(await refused.ended()).toBe(1);
  for (const fault of ['LLM_PROXY_SECRET is wrong', 'GATEWAY_PORT is wrong', 'OPENAI_API_KEY is not set'])
    expect(refused.output()).toContain(fault);
  expect(refused.output()).not.toMatch(/^\s+at /m);
});

async function strangers(port: number, count: number): Promise<void> {
  for (let done = 0; done < count; done += 100) {
    const batch = Array.from({ length: 100 }, async () => {
      const token = randomBytes(32).toString('base64url');
      const tunnel = await openTunnel({ port, token }, 'model');
      expect(tunnel.status).toBe(403);
      await tunnel.closed;
    });
    await Promise.all(batch);
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

function codeOf(run: { exhausted(): unknown }): unknown {
  try {
    return run.exhausted();
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : thrown;
  }
}
