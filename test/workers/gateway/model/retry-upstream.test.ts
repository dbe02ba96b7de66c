import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { retryWaitMs } from '../../../../workers/gateway/model/retry-after.ts';
import { callBody, CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { generousTerms, openGateway, type OpenGateway, type OpenOptions } from '../open-gateway.ts';

const QUICK: OpenOptions = { limits: { retryWaitMs: 1 } };

/** The model server gives these answers, one after the other, and the last one for ever. */
function answerInTurn(
  open: OpenGateway,
  ...answers: readonly { status: number; headers?: object; body?: string }[]
): void {
  let turn = 0;
  open.server.answer(async ({ response, body }) => {
    await body();
    const {
      status,
      headers = {},
      body: text = `answer ${turn}`,
    } = answers[Math.min(turn, answers.length - 1)] ?? { status: 500 };
    turn += 1;
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text);
  });
}

test.each([429, 500, 502, 503, 504, 529])(
  'a %i is tried again, and the guest sees only what came of it',
  async (status) => {
    await using open = await openGateway(QUICK);
    answerInTurn(open, { status }, { status: 200, body: 'fine' });
    const answer = await callDoor(open.at, { body: CALL });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'fine']);
    expect(open.server.received.map(({ body }) => body.toString())).toEqual([
      callBody().toString(),
      callBody().toString(),
    ]);
  },
);

test.each([200, 204, 301, 400, 401, 403, 404, 408, 409, 413, 422, 501])(
  'a %i is given as it is, at once',
  async (status) => {
    await using open = await openGateway(QUICK);
    answerInTurn(open, { status });
    expect((await callDoor(open.at, { body: CALL })).status).toBe(status);
    expect(open.server.received).toHaveLength(1);
  },
);

test('when no attempt is left the last answer is given as it is', async () => {
  await using open = await openGateway(QUICK);
  answerInTurn(open, { status: 500 }, { status: 502 }, { status: 503, headers: { 'x-request-id': 'req_3' } });
  const answer = await callDoor(open.at, { body: CALL });
  expect([answer.status, answer.body.toString(), answer.headers['x-request-id']]).toEqual([503, 'answer 2', 'req_3']);
  expect(open.server.received).toHaveLength(3);
});

test('a connection that is refused is tried again', async () => {
  const reserved = createServer().listen(0, '127.0.0.1');
  await once(reserved, 'listening');
  const address = reserved.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await new Promise((resolve) => reserved.close(resolve));
  await using open = await openGateway({ baseUrl: `http://127.0.0.1:${port}/v1`, limits: { retryWaitMs: 400 } });
  const called = callDoor(open.at, { body: CALL });
  await expect.poll(() => open.log.lines.join()).toContain('model call is sent again');
  const late = createHttpServer((incoming, response) => void incoming.resume().once('end', () => response.end('late')));
  await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
  expect((await called).body.toString()).toBe('late');
  late.close();
  late.closeAllConnections();
});

test('the server’s own wait is kept, in seconds', async () => {
  await using open = await openGateway({ limits: { retryWaitMs: 60_000 } });
  answerInTurn(open, { status: 429, headers: { 'retry-after': '1' } }, { status: 200 });
  const before = performance.now();
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
  expect(performance.now() - before).toBeGreaterThanOrEqual(990);
});

test.each([
  ['a wait that is too long', { 'retry-after': '3600' }],
  ['a word of the server', { 'retry-after': '0', 'x-should-retry': 'false' }],
])('%s ends the attempts: the guest is told and may wait itself', async (_name, headers) => {
  await using open = await openGateway(QUICK);
  answerInTurn(open, { status: 429, headers }, { status: 200 });
  const answer = await callDoor(open.at, { body: CALL });
  expect([answer.status, open.server.received.length]).toEqual([429, 1]);
  expect(answer.headers['retry-after']).toBe(headers['retry-after']);
});

test('no attempt begins after the deadline', async () => {
  const deadline = new Date(Date.now() + 1_500).toISOString();
  await using open = await openGateway({ terms: { budget: { ...generousTerms().budget, deadline } } });
  answerInTurn(open, { status: 503, headers: { 'retry-after': '2' } }, { status: 200 });
  expect((await callDoor(open.at, { body: CALL })).status).toBe(503);
  expect(open.server.received).toHaveLength(1);
});

test('a guest that hangs up while the proxy waits is not sent for again', async () => {
  await using open = await openGateway({ limits: { retryWaitMs: 300 } });
  answerInTurn(open, { status: 503 }, { status: 200 });
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses', agent: false });
  call.on('error', () => undefined).end(callBody());
  await expect.poll(() => open.log.lines.join()).toContain('model call is sent again');
  call.destroy();
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
  expect(open.server.received).toHaveLength(2);
});

test('an answer that has begun is never begun again', async () => {
  await using open = await openGateway(QUICK);
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n', () => response.destroy());
  });
  await expect(callDoor(open.at, { body: CALL })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  expect(open.server.received).toHaveLength(1);
});

test('waits: what the server asks for, else doubling from the first one, never above the longest', () => {
  const waits = { retryWaitMs: 100, retryWaitMsMax: 10_000 };
  expect(retryWaitMs(1, { 'retry-after': '2' }, waits)).toBe(2_000);
  expect(retryWaitMs(1, { 'retry-after-ms': '250', 'retry-after': '9' }, waits)).toBe(250);
  expect(retryWaitMs(1, { 'retry-after': '11' }, waits)).toBeNull();
  const date = retryWaitMs(1, { 'retry-after': new Date(Date.now() + 5_000).toUTCString() }, waits);
  expect(date).toBeGreaterThan(3_000);
  expect(date).toBeLessThanOrEqual(5_000);
  expect(retryWaitMs(1, { 'retry-after': new Date(0).toUTCString() }, waits)).toBe(0);
  for (const [attempt, most] of [
    [1, 100],
    [2, 200],
    [3, 400],
    [20, 10_000],
  ] as const) {
    const wait = retryWaitMs(attempt, { 'retry-after': 'soon' }, waits) ?? -1;
    expect(wait).toBeGreaterThanOrEqual(most / 2);
    expect(wait).toBeLessThanOrEqual(most);
  }
});
