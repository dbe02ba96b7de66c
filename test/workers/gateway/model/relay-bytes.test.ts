import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { callBody, callBodyOf, CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { MODEL, openGateway } from '../open-gateway.ts';

function cut(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += size) chunks.push(bytes.subarray(from, from + size));
  return chunks;
}

test.each([
  ['one chunk', 300_000, 300_000],
  ['uneven chunks', 3_000_001, 7_919],
  ['single bytes', 3_000, 1],
  ['little', 200, 1],
])('a request and its answer of random bytes arrive unchanged in both directions: %s', async (_name, size, step) => {
  await using open = await openGateway();
  const [question, reply] = [callBodyOf(size), randomBytes(size)];
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    for (const chunk of cut(reply, step)) {
      if (!response.write(chunk)) await once(response, 'drain');
    }
    response.end();
  });
  const answer = await callDoor(open.at, { body: cut(question, step) });
  expect(open.server.received[0]?.body.equals(question)).toBe(true);
  expect(answer.body.equals(reply)).toBe(true);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
])('a compressed answer reaches the guest compressed, as it was sent: %s', async (encoding, compress) => {
  await using open = await openGateway();
  const reply = compress(Buffer.from('{"answer":"ä"}'.repeat(1_000)));
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(reply);
  });
  const answer = await callDoor(open.at, { headers: { 'accept-encoding': 'zstd' }, body: CALL });
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.body.equals(reply)).toBe(true);
  expect(open.server.received[0]?.headers['accept-encoding']).toBe('identity');
});

test('status and headers of an answer are passed on, those of one connection and of the account are not', async () => {
  await using open = await openGateway({ limits: { attemptsMax: 1 } });
  open.server.answer(async ({ response, body }) => {
    await body();
    response.sendDate = false;
    response.writeHead(429, 'Slow Down', [
      'Content-Type',
      'application/json',
      'Retry-After',
      '7',
      'X-Request-Id',
      'req_1',
      'X-Twice',
      'a',
      'X-Twice',
      'b',
      'Connection',
      'close, X-Hop',
      'X-Hop',
      'h',
      'Set-Cookie',
      'c=1',
      'openai-organization',
      'org-secret',
      'Content-Length',
      '2',
    ]);
    response.end('{}');
  });
  const answer = await callDoor(open.at, { body: CALL });
  expect([answer.status, answer.statusMessage]).toEqual([429, 'Slow Down']);
  expect(answer.rawHeaders.join('|')).toContain(
    'Content-Type|application/json|Retry-After|7|X-Request-Id|req_1|X-Twice|a|X-Twice|b|Content-Length|2',
  );
  expect(new Set(Object.keys(answer.headers))).toEqual(
    new Set(['connection', 'content-length', 'content-type', 'retry-after', 'x-request-id', 'x-twice']),
  );
});

test('an event reaches the guest before the next one exists', async () => {
  await using open = await openGateway();
  const gate = new EventEmitter();
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
    await once(gate, 'open');
    response.end('data: 2\n\n');
  });
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses' });
  call.end(callBody());
  const [answer] = await once(call, 'response');
  const [first] = await once(answer, 'data');
  expect(String(first)).toBe('data: 1\n\n');
  gate.emit('open');
  const [second] = await once(answer, 'data');
  expect(String(second)).toBe('data: 2\n\n');
});

test('a guest that does not read makes the model server wait instead of filling memory', async () => {
  await using open = await openGateway();
  const block = randomBytes(64 * 1024);
  let written = 0;
  let stalled = false;
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    while (written < 256 * 1024 * 1024 && !stalled) {
      const drained = response.write(block) ? true : await drainsWithin(response, 500);
      written += block.length;
      stalled = !drained;
    }
    response.destroy();
  });
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses' });
  call.on('error', () => undefined).end(callBody());
  const [answer] = await once(call, 'response');
  answer.on('error', () => undefined);
  await expect.poll(() => stalled, { timeout: 5_000 }).toBe(true);
  expect(written).toBeLessThan(32 * 1024 * 1024);
  call.destroy();
});

async function drainsWithin(stream: NodeJS.EventEmitter, milliseconds: number): Promise<boolean> {
  const timeout = AbortSignal.timeout(milliseconds);
  return once(stream, 'drain', { signal: timeout }).then(
    () => true,
    () => false,
  );
}

test('an answer without an end is given as it is, and an empty one is empty', async () => {
  await using open = await openGateway();
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(204).end();
  });
  const answer = await callDoor(open.at, { body: CALL });
  expect([answer.status, answer.body.length]).toEqual([204, 0]);
});

test('a body is passed on with its spaces, escapes and order of keys, as the JSON it was read as', async () => {
  await using open = await openGateway();
  const text = ` {"store" : false, "input":"\\u00fc\\/ \\ud83e\\udd8a",\n"model":"${MODEL}","temperature":1.0e0 } `;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-16',
    'content-encoding': 'identity',
  };
  await callDoor(open.at, { headers, body: [Buffer.from(text)] });
  expect(open.server.received[0]?.body.toString()).toBe(text);
  expect(open.server.received[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(text.length),
  });
  expect(open.server.received[0]?.headers).not.toHaveProperty('content-encoding');
});
