import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openGateway } from '../open-gateway.ts';

test.each([
  ['GET', '/v1/responses'],
  ['HEAD', '/v1/responses'],
  ['PUT', '/v1/responses'],
  ['PATCH', '/v1/responses'],
  ['DELETE', '/v1/responses'],
  ['OPTIONS', '/v1/responses'],
  ['TRACE', '/v1/responses'],
  ['POST', '/'],
  ['POST', '/v1'],
  ['POST', '/responses'],
  ['POST', '/v1/responses/'],
  ['POST', '//v1/responses'],
  ['POST', '/v1//responses'],
  ['POST', '/v1/./responses'],
  ['POST', '/v1/../v1/responses'],
  ['POST', '/V1/responses'],
  ['POST', '/v1/Responses'],
  ['POST', '/v1/responses?stream=true'],
  ['POST', '/v1/responses?'],
  ['POST', '/v1/responses#x'],
  ['POST', '/v1/%72esponses'],
  ['POST', '/v1%2Fresponses'],
  ['POST', '/v1/responses;x=1'],
  ['POST', '/v1/responses%00'],
  ['POST', '/v1/responses/resp_1'],
  ['POST', '/v1/responses/resp_1/cancel'],
  ['POST', '/v1/chat/completions'],
  ['POST', '/v1/embeddings'],
  ['POST', '/v1/files'],
  ['GET', '/v1/models'],
  ['GET', '/healthz'],
  ['POST', 'http://127.0.0.1/v1/responses'],
  ['POST', 'https://api.openai.com/v1/responses'],
  ['CONNECT', 'api.openai.com:443'],
])('%s %s is refused, counted and never reaches the model server', async (method, path) => {
  await using open = await openGateway();
  const answer = await callDoor(open.at, { method, path, body: method === 'POST' ? CALL : [] });
  expect(answer.status).toBe(403);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(open.door.refused()).toBe(1);
  expect(open.server.received).toEqual([]);
});

test('a refusal says in JSON what is allowed', async () => {
  await using open = await openGateway();
  const answer = await callDoor(open.at, { path: '/v1/models' });
  expect(JSON.parse(answer.body.toString())).toEqual({
    error: { message: 'Only POST /v1/responses is allowed here', type: 'proxy_error', code: 'not_allowed' },
  });
});

test('a second request hidden in the body of a refused one is refused like any other', async () => {
  await using open = await openGateway();
  const socket = connect(open.at.socketPath);
  await once(socket, 'connect');
  const inner = 'GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  socket.write(`POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n${inner}`);
  const answers = await text(socket);
  expect(answers.match(/HTTP\/1\.1 403/g)).toHaveLength(2);
  expect(open.door.refused()).toBe(2);
});

test('a request whose length is given twice, once as chunks, is not passed on', async () => {
  await using open = await openGateway();
  const socket = connect(open.at.socketPath);
  await once(socket, 'connect');
  socket.write(
    'POST /v1/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  expect(open.server.received).toEqual([]);
});

test('an upgrade to WebSocket is not passed on as one', async () => {
  await using open = await openGateway();
  const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const refused = await callDoor(open.at, { method: 'GET', headers });
  expect(refused.status).toBe(403);
  const passed = await callDoor(open.at, { headers, body: CALL });
  expect(passed.status).toBe(200);
  expect(open.server.received[0]?.headers).not.toHaveProperty('upgrade');
});
