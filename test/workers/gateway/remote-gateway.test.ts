import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callBody } from './a-model-call.ts';
import { callDoor } from './guest-call.ts';
import { callThroughTunnel, openTunnel } from './egress/guest-tunnel.ts';
import { directoryOf, openRemote, tokenOf, type OpenRemote } from './open-remote.ts';

function answerWithUsage({ server }: OpenRemote): void {
  server.answer(async ({ response, body }) => {
    await body();
    const usage = { input_tokens: 5, output_tokens: 2 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ usage }));
  });
}

test('a guest on the network reaches the model with its token alone, and the worker hears what it used', async () => {
  await using open = await openRemote();
  answerWithUsage(open);
  const run = await open.open({ kind: 'network' });
  expect(run.doors).toMatchObject({ kind: 'network', host: '127.0.0.1', port: open.service.port });
  const answer = await callThroughTunnel({ port: open.service.port, token: tokenOf(run) }, callBody());
  expect(answer).toContain('"input_tokens":5');
  expect(open.server.received[0]?.headers.authorization).toBe(`Bearer ${open.apiKey}`);
  await expect.poll(() => run.usage().inputTokens).toBe(5);
  await run[Symbol.asyncDispose]();
  expect(run.usage()).toMatchObject({ inputTokens: 5, outputTokens: 2 });
});

test('a guest with sockets reaches the same service through sockets of the worker', async () => {
  await using open = await openRemote();
  answerWithUsage(open);
  const run = await open.open({ kind: 'sockets' });
  const socketPath = join(directoryOf(run), 'llm.sock');
  expect((await readdir(directoryOf(run))).toSorted()).toEqual(['egress.sock', 'llm.sock']);
  const answer = await callDoor({ socketPath }, { body: [callBody()] });
  expect(answer.status).toBe(200);
  expect(open.server.received[0]?.headers.authorization).toBe(`Bearer ${open.apiKey}`);
  await run[Symbol.asyncDispose]();
  expect(run.usage().inputTokens).toBe(5);
  expect(await readdir(join(open.directory, 'doors'))).toEqual([]);
});

test('refusals of both doors reach the worker in order, egress without a list refusing everything', async () => {
  await using open = await openRemote();
  const run = await open.open({ kind: 'sockets' });
  const [model, egress] = ['llm.sock', 'egress.sock'].map((name) => join(directoryOf(run), name));
  expect((await callDoor({ socketPath: model ?? '' }, { path: '/v1/files' })).status).toBe(403);
  const asked = { method: 'CONNECT', path: 'example.com:443' };
  expect((await callDoor({ socketPath: egress ?? '' }, asked)).status).toBe(403);
  await expect.poll(() => open.refusals).toHaveLength(2);
  expect(open.refusals.map(({ door }) => door)).toEqual(['model', 'egress']);
  expect(open.refusals[1]?.what).toContain('example.com:443');
});

test('calls are recorded at the worker, without the key and without the token that named the run', async () => {
  await using open = await openRemote();
  const run = await open.open({ kind: 'network' });
  open.server.answer(async ({ response, body }) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(await body());
  });
  const echoed = callBody({ input: `my token is ${tokenOf(run)}` });
  await callThroughTunnel({ port: open.service.port, token: tokenOf(run) }, echoed);
  await run[Symbol.asyncDispose]();
  expect(open.recorded).toMatchObject([{ runId: run.runId, epoch: 1, status: 200, model: 'test-model' }]);
  const written = JSON.stringify(open.recorded);
  expect(written).toContain('my token is [redacted]');
  expect(written).not.toContain(tokenOf(run));
});

test('a limit that is reached shows at the worker', async () => {
  await using open = await openRemote();
  answerWithUsage(open);
  const deadline = new Date(Date.now() - 1_000).toISOString();
  const run = await open.open({ kind: 'network', budget: { tokensMax: 1_000, costUsdMax: null, deadline } });
  await callThroughTunnel({ port: open.service.port, token: tokenOf(run) }, callBody());
  await expect.poll(() => run.exhausted()).toBe('deadline');
  expect(open.server.received).toEqual([]);
});

test('terms that cannot be kept are refused with the reason of the service', async () => {
  await using open = await openRemote();
  const deadline = new Date(Date.now() + 60_000).toISOString();
  const unpriced = open.open({ kind: 'network', budget: { tokensMax: 1_000, costUsdMax: 1, deadline } });
  await expect(unpriced).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('MODEL_PRICES') });
  expect(open.service.doors()).toBe(0);
});

test('guests are told another address where one is configured', async () => {
  await using open = await openRemote({ guests: { host: 'gateway.example', port: 443 } });
  const run = await open.open({ kind: 'network' });
  expect(run.doors).toMatchObject({ kind: 'network', host: 'gateway.example', port: 443 });
});

test('two runs are counted for themselves, and closing one leaves the other', async () => {
  await using open = await openRemote();
  answerWithUsage(open);
  const [one, two] = [await open.open({ kind: 'network' }), await open.open({ kind: 'network' })];
  const at = (run: typeof one) => ({ port: open.service.port, token: tokenOf(run) });
  await callThroughTunnel(at(one), callBody());
  await one[Symbol.asyncDispose]();
  await callThroughTunnel(at(two), callBody());
  await callThroughTunnel(at(two), callBody());
  await two[Symbol.asyncDispose]();
  expect([one.usage().inputTokens, two.usage().inputTokens]).toEqual([5, 10]);
});

test('a closed door cuts what came in through it, and its token opens nothing any more', async () => {
  await using open = await openRemote();
  const run = await open.open({ kind: 'network' });
  const at = { port: open.service.port, token: tokenOf(run) };
  const tunnel = await openTunnel(at, 'egress');
  expect(tunnel.status).toBe(200);
  await run[Symbol.asyncDispose]();
  await tunnel.closed;
  expect((await openTunnel(at, 'model')).status).toBe(403);
  expect(open.service.doors()).toBe(0);
});

test('a call that the end of its run cuts is recorded and counted all the same', async () => {
  await using open = await openRemote();
  const run = await open.open({ kind: 'network' });
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"half":1}\n\n');
  });
  const cut = callThroughTunnel({ port: open.service.port, token: tokenOf(run) }, callBody());
  await expect.poll(() => open.server.received).toHaveLength(1);
  await run[Symbol.asyncDispose]();
  await cut;
  expect(open.recorded).toMatchObject([{ runId: run.runId, status: 200 }]);
  expect(run.usage().inputTokens).toBeGreaterThan(0);
});
