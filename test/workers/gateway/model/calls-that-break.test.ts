import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { callBody, callBodyOf, CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { generousTerms, openGateway, type OpenGateway } from '../open-gateway.ts';

/** Lets the model server begin an answer and stay in it; `gone` turns true when its side of the call is closed. */
function answerForEver(open: OpenGateway): { gone: boolean } {
  const state = { gone: false };
  open.server.answer(async ({ response, body }) => {
    response.once('close', () => (state.gone = true));
    await body();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  });
  return state;
}

async function begin(open: OpenGateway): Promise<{ call: ClientRequest; answer: IncomingMessage }> {
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses', agent: false });
  call.on('error', () => undefined).end(callBody());
  const [answer]: IncomingMessage[] = await once(call, 'response');
  if (answer === undefined) throw new Error('no answer');
  answer.on('error', () => undefined);
  await once(answer, 'data');
  return { call, answer };
}

test('a guest that hangs up in the middle of an answer ends the call to the model server', async () => {
  await using open = await openGateway();
  const state = answerForEver(open);
  const { call } = await begin(open);
  call.destroy();
  await expect.poll(() => state.gone).toBe(true);
});

test('a guest that hangs up in the middle of its request was never heard of at the model server', async () => {
  await using open = await openGateway();
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses', agent: false });
  await new Promise((resolve) => {
    call.on('error', resolve).write(callBody().subarray(0, 20), () => call.destroy());
    call.once('close', resolve);
  });
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
  expect(open.server.received).toHaveLength(1);
  expect(open.door.usage().inputTokens).toBe(callBody().length);
});

test('an answer the model server cuts is cut for the guest as well, never ended as if it were whole', async () => {
  await using open = await openGateway();
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n', () => response.destroy());
  });
  await expect(callDoor(open.at, { body: CALL })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
});

test('a model server that says nothing at all is a 504', async () => {
  await using open = await openGateway({ limits: { idleTimeoutMs: 150 } });
  open.server.answer(() => undefined);
  const answer = await callDoor(open.at, { body: CALL });
  expect([answer.status, JSON.parse(answer.body.toString()).error.code]).toEqual([504, 'ETIMEDOUT']);
});

test('a model server that falls silent in its answer is cut off after the idle time', async () => {
  await using open = await openGateway({ limits: { idleTimeoutMs: 150 } });
  const state = answerForEver(open);
  await expect(callDoor(open.at, { body: CALL })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  await expect.poll(() => state.gone).toBe(true);
});

test.each([
  ['announced', { 'content-length': '2000' }],
  ['in chunks', {}],
])('a body over the limit is a 413, and the next call works: %s', async (_name, headers) => {
  await using open = await openGateway({ limits: { requestBytesMax: 1_000 } });
  const body = Array.from({ length: 20 }, () => Buffer.alloc(100, 'x'));
  const answer = await callDoor(open.at, { headers, body });
  expect([answer.status, JSON.parse(answer.body.toString()).error.code]).toEqual([413, 'request_too_large']);
  expect(open.server.received).toEqual([]);
  expect((await callDoor(open.at, { body: [callBodyOf(1_000)] })).status).toBe(200);
});

test('calls that follow each other share one connection to the model server', async () => {
  await using open = await openGateway();
  for (let round = 0; round < 5; round += 1) await callDoor(open.at, { body: CALL });
  expect(await open.server.connections()).toBe(1);
});

test('closing a door cuts the calls under way at it and no others', async () => {
  await using open = await openGateway();
  answerForEver(open);
  const other = await open.gateway.open({ runId: open.runId, epoch: 2 }, generousTerms());
  const mine = await begin(open);
  const theirs = await begin({ ...open, at: { socketPath: `${other.doors.directory}/llm.sock` } });
  await open.door[Symbol.asyncDispose]();
  await expect.poll(() => mine.answer.destroyed).toBe(true);
  expect(theirs.answer.destroyed).toBe(false);
});
