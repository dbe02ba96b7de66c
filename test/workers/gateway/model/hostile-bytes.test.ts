import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { callBody, CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openGateway } from '../open-gateway.ts';

/** Sends raw bytes and reads until the proxy closes; `hangUp` closes our side right after the last byte. */
async function send(socketPath: string, bytes: Uint8Array, hangUp = false): Promise<string> {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  socket.write(bytes);
  if (hangUp) socket.end();
  return text(socket).catch(() => '');
}

test('no bytes a guest can send take the proxy down', async () => {
  await using open = await openGateway();
  const piece = fc.constantFrom(
    ...['POST /v1/responses HTTP/1.1\r\n', 'GET / HTTP/1.1\r\n', 'Host: x\r\n', 'Content-Length: 3\r\n', '\r\n', 'abc'],
    ...[
      'Transfer-Encoding: chunked\r\n',
      '5\r\nhello\r\n',
      '0\r\n\r\n',
      'Expect: 100-continue\r\n',
      'Upgrade: h2c\r\n',
    ],
    ...[
      'Connection: close, upgrade\r\n',
      'X: \u00ff\u0080\r\n',
      '__proto__: x\r\n',
      'constructor: y\r\n',
      'PRI * HTTP/2.0\r\n',
    ],
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1')),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => void (await send(open.at.socketPath, sent, true))),
    { numRuns: 300 },
  );
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
});

test('headers named like parts of an object are dropped like all that nobody knows, and one sent twice is passed on twice', async () => {
  await using open = await openGateway();
  const head = 'POST /v1/responses HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
  const odd = '__proto__: a\r\nconstructor: b\r\ntoString: c\r\nX-Codex-Twice: 1\r\nx-codex-twice: 2\r\n';
  await send(
    open.at.socketPath,
    Buffer.from(`${head}${odd}Content-Length: ${callBody().length}\r\n\r\n${callBody().toString()}`),
  );
  const sent = open.server.received[0]?.rawHeaders.join('|');
  expect(sent).toContain('x-codex-twice|1|x-codex-twice|2');
  expect(sent).not.toMatch(/__proto__|constructor|tostring/i);
});

test.each([
  ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n'],
  ['a status line with a control character', 'HTTP/1.1 200 O\u0001K\r\nContent-Length: 2\r\n\r\n{}'],
  ['a header with bytes outside ASCII', 'HTTP/1.1 200 OK\r\nX-Odd: \u00ff\r\nContent-Length: 2\r\n\r\n{}'],
  ['a switch of protocols', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
  ['nothing but a hang-up', ''],
])('whatever the model server answers, the proxy stays: %s', async (_name, bytes) => {
  const odd = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(bytes, 'latin1'));
  });
  await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
  const address = odd.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  await using open = await openGateway({ baseUrl: `http://127.0.0.1:${port}/v1`, limits: { retryWaitMs: 1 } });
  const head = 'POST /v1/responses HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
  const request = `${head}Content-Length: ${callBody().length}\r\n\r\n${callBody().toString()}`;
  const answer = await send(open.at.socketPath, Buffer.from(request));
  expect(answer).toMatch(/^(HTTP\/1\.1 (200|502) |$)/);
  expect((await callDoor(open.at, { path: '/' })).status).toBe(403);
  odd.close();
});
