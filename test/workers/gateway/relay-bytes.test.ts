import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { callDoor } from './guest-call.ts';
import { openGateway } from './open-gateway.ts';

function cut(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += size) chunks.push(bytes.subarray(from, from + size));
  return chunks;
}

test.each([
  ['one chunk', 300_000, 300_000],
  ['uneven chunks', 3_000_001, 7_919],
  ['single bytes', 3_000, 1],
  ['nothing at all', 0, 1],
])('a request and its answer of random bytes arrive unchanged in both directions: %s', async (_name, size, step) => {
  await using open = await openGateway();
  const [question, reply] = [randomBytes(size), randomBytes(size)];
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
  const answer = await callDoor(open.at, { headers: { 'accept-encoding': 'zstd' } });
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.body.equals(reply)).toBe(true);
  expect(open.server.received[0]?.headers['accept-encoding']).toBe('identity');
});

test('status and headers of an answer are passed on, those of one connection and of the account are not', async () => {
  await using open = await openGateway();
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
  const answer = await callDoor(open.at);
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
  call.end();
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
  call.on('error', () => undefined).end();
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

test('a model server that does not read makes the guest wait instead of filling memory', async () => {
  await using open = await openGateway();
  open.server.answer(({ request: incoming }) => {
    incoming.pause();
  });
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses' });
  call.on('error', () => undefined);
  const block = randomBytes(64 * 1024);
  let written = 0;
  let stalled = false;
  while (written < 60 * 1024 * 1024 && !stalled) {
    stalled = call.write(block) ? false : !(await drainsWithin(call, 500));
    written += block.length;
  }
  expect(stalled).toBe(true);
  expect(written).toBeLessThan(32 * 1024 * 1024);
  call.destroy();
});
