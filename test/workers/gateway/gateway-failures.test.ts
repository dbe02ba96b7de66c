import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { startCuttableProxy } from './door/cuttable-proxy.ts';
import { callBody } from './a-model-call.ts';
import { callDoor } from './guest-call.ts';
import { openTunnel } from './egress/guest-tunnel.ts';
import { directoryOf, openRemote, tokenOf } from './open-remote.ts';

const SHORT = { windowMs: 300, graceMs: 600 };

test('a service that is away is said to be, with what to check', async () => {
  await using open = await openRemote({ worker: { url: new URL('http://127.0.0.1:9') } });
  await expect(open.open()).rejects.toMatchObject({
    code: 'unavailable',
    message:
      'The model gateway does not answer (ECONNREFUSED); check that the gateway service runs and that LLM_PROXY_URL leads to it',
  });
});

test('a service that accepts and says nothing is given up after the configured time', async () => {
  await using silent = await openRemote();
  silent.server.answer(() => undefined);
  const url = new URL(silent.server.baseUrl);
  await using open = await openRemote({ worker: { url, timeoutMs: 200 } });
  await expect(open.open()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('ETIMEDOUT'),
  });
});

test('a wrong secret is refused and named, and neither secret is written anywhere', async () => {
  const secret = 'a-wrong-secret-that-is-long-enough-0123456789';
  await using open = await openRemote({ worker: { secret } });
  const refused = open.open();
  await expect(refused).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining('LLM_PROXY_SECRET'),
  });
  const thrown = await refused.then(() => '', inspect);
  const written = [...open.serviceLog.lines, ...open.workerLog.lines, thrown].join('\n');
  expect(written).toContain('without the secret');
  for (const each of [secret, open.secret]) expect(written).not.toContain(each);
});

test("the workspaces' port knows no secret: an address that names it by mistake is told from a wrong secret", async () => {
  await using right = await openRemote();
  const url = new URL(`http://127.0.0.1:${right.service.port}`);
  await using open = await openRemote({ worker: { url, secret: right.secret } });
  await expect(open.open()).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining('GATEWAY_ADMIN_PORT'),
  });
  expect(right.service.doors()).toBe(0);
});

test('an address that leads to something else is said to be no gateway', async () => {
  await using other = await openRemote();
  await using open = await openRemote({ worker: { url: new URL(other.server.baseUrl) } });
  await expect(open.open()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('no model gateway'),
  });
});

test('a short cut between worker and service costs no door, and each event is heard once', async () => {
  await using base = await openRemote();
  await using line = await startCuttableProxy(base.service.adminPort);
  const url = new URL(`http://127.0.0.1:${line.port}`);
  await using open = await openRemote({ worker: { url, secret: base.secret } });
  const run = await open.open({ kind: 'network' });
  const refuse = async (): Promise<void> => {
    await openTunnel({ port: base.service.port, token: tokenOf(run) }, 'model', 'GET / HTTP/1.1\r\nHost: m\r\n\r\n');
  };
  await refuse();
  await expect.poll(() => open.refusals.length).toBe(1);
  const before = line.passed();
  line.cut(400);
  await refuse();
  await expect.poll(() => open.refusals.length, { timeout: 5_000 }).toBe(2);
  expect(line.passed()).toBeGreaterThan(before);
  expect(run.exhausted()).toBeNull();
  expect(base.service.doors()).toBe(1);
});

test('a worker that stops listening loses its doors after the grace, with what came in through them', async () => {
  await using base = await openRemote({ times: SHORT });
  await using line = await startCuttableProxy(base.service.adminPort);
  await using open = await openRemote({
    worker: { url: new URL(`http://127.0.0.1:${line.port}`), secret: base.secret },
  });
  const run = await open.open({ kind: 'network' });
  const tunnel = await openTunnel({ port: base.service.port, token: tokenOf(run) }, 'egress');
  line.cut(60_000);
  const cutAt = Date.now();
  await tunnel.closed;
  expect(Date.now() - cutAt).toBeLessThan(3_000);
  expect(base.service.doors()).toBe(0);
  await expect.poll(() => tryExhausted(run), { timeout: 10_000 }).toBe('unavailable');
}, 20_000);

test('windows that end one after the other keep a door open', async () => {
  await using open = await openRemote({ times: { windowMs: 50, graceMs: 5_000 } });
  const run = await open.open({ kind: 'network' });
  const until = Date.now() + 1_000;
  while (Date.now() < until) {
    const tunnel = await openTunnel({ port: open.service.port, token: tokenOf(run) }, 'model');
    expect(tunnel.status).toBe(200);
    tunnel.socket.destroy();
  }
  expect(open.service.doors()).toBe(1);
});

test('a service that ends takes its doors along: calls fail at once and the run is told so', async () => {
  await using open = await openRemote();
  open.server.answer(async ({ response, body }) => {
    await body();
    const usage = { input_tokens: 5, output_tokens: 2 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ usage }));
  });
  const run = await open.open({ kind: 'sockets' });
  const at = { socketPath: join(directoryOf(run), 'llm.sock') };
  await callDoor(at, { body: [callBody()] });
  await expect.poll(() => run.usage().inputTokens).toBe(5);
  await open.service[Symbol.asyncDispose]();
  const startedAt = Date.now();
  const answer = await callDoor(at, { body: [callBody()] });
  expect([answer.status, answer.body.toString()]).toEqual([502, expect.stringContaining('gateway_unreachable')]);
  expect(Date.now() - startedAt).toBeLessThan(1_000);
  await expect.poll(() => tryExhausted(run), { timeout: 10_000 }).toBe('unavailable');
  expect(run.usage().inputTokens).toBe(5);
}, 20_000);

test('refusals beyond what a worker is told are counted and logged once, and its calls reach it all the same', async () => {
  await using open = await openRemote();
  const run = await open.open({ kind: 'network' });
  const at = { port: open.service.port };
  const headers = { authorization: `Bearer ${tokenOf(run)}` };
  for (let count = 0; count < 520; count += 1) await callDoor(at, { headers, path: '/v1/files' });
  expect((await callDoor(at, { headers, body: [callBody()] })).status).toBe(200);
  await run[Symbol.asyncDispose]();
  expect([open.refusals.length, open.recorded.length]).toEqual([500, 1]);
  const said = (): string[] => open.serviceLog.lines.filter((line) => line.includes('not told all'));
  await expect.poll(said).toEqual([expect.stringMatching(/"calls":0,"refusals":20\b/)]);
});

function tryExhausted(run: { exhausted(): unknown }): unknown {
  try {
    return run.exhausted();
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown ? thrown.code : thrown;
  }
}
