import { expect, test } from 'vitest';
import { callBody, CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openGateway } from '../open-gateway.ts';

test.each<[string, Buffer, string]>([
  ['another model', callBody({ model: 'gpt-other' }), 'model gpt-other'],
  ['web search', callBody({ tools: [{ type: 'web_search' }] }), 'tool web_search'],
  ['remote MCP', callBody({ tools: [{ type: 'mcp', server_url: 'https://evil.example' }] }), 'tool mcp'],
  ['a kept answer', callBody({ store: true }), 'an answer kept by the provider (store is not false)'],
])('a call for %s is answered 403, counted, reported once and never forwarded', async (_name, body, what) => {
  await using open = await openGateway();
  const answer = await callDoor(open.at, { body: [body] });
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.body.toString())).toEqual({
    error: { message: `Not allowed here: ${what}`, type: 'proxy_error', code: 'not_allowed' },
  });
  expect(open.refusals).toEqual([{ door: 'model', what }]);
  expect([open.door.refused(), open.server.received]).toEqual([1, []]);
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
});

test.each([
  ['no JSON', Buffer.from('{"model":')],
  ['a key twice', Buffer.concat([Buffer.from('{"tools":[{"type":"mcp"}],'), callBody({ tools: [] }).subarray(1)])],
  ['bytes that are no UTF-8', Buffer.concat([callBody().subarray(0, -2), Buffer.from([0xff]), Buffer.from('"}')])],
  ['a list', Buffer.from('[]')],
  ['nothing', Buffer.alloc(0)],
])('a body that servers could read differently is answered 400 and never forwarded: %s', async (_name, body) => {
  await using open = await openGateway();
  const answer = await callDoor(open.at, { body: [body] });
  expect([answer.status, JSON.parse(answer.body.toString()).error.code]).toEqual([400, 'invalid_body']);
  expect([open.door.refused(), open.server.received]).toEqual([1, []]);
});

test.each(['gzip', 'zstd', 'br', 'deflate', 'identity, gzip', 'x'])(
  'a body in the encoding %s, which was not read, is answered 415 and never forwarded',
  async (encoding) => {
    await using open = await openGateway();
    const answer = await callDoor(open.at, { headers: { 'content-encoding': encoding }, body: CALL });
    expect([answer.status, open.door.refused(), open.server.received]).toEqual([415, 1, []]);
  },
);

test('headers by which a server would do something else with the call are not passed on', async () => {
  await using open = await openGateway();
  const headers = {
    'x-http-method-override': 'DELETE',
    'x-original-url': '/v1/files',
    'x-rewrite-url': '/v1/files',
    'ocp-apim-subscription-key': 'k',
    'content-type': 'multipart/form-data; boundary=x',
  };
  await callDoor(open.at, { headers, body: CALL });
  const sent = open.server.received[0]?.headers ?? {};
  expect(Object.keys(headers).filter((name) => name in sent)).toEqual(['content-type']);
  expect(sent['content-type']).toBe('application/json');
});
