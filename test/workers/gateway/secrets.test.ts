import { request } from 'node:http';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createGateway } from '../../../workers/gateway/model/llm-proxy.ts';
import { callBody, CALL } from './a-model-call.ts';
import { callDoor } from './guest-call.ts';
import { generousTerms, openGateway, recordLog } from './open-gateway.ts';

test('the key is added outside and whatever the guest says about identity is dropped', async () => {
  await using open = await openGateway({ organization: 'org-ours', project: 'proj-ours' });
  await callDoor(open.at, {
    headers: {
      authorization: 'Bearer guess',
      cookie: 'a=1',
      'x-api-key': 'k',
      'api-key': 'k',
      'openai-organization': 'org-theirs',
      'openai-project': 'proj-theirs',
      'proxy-authorization': 'Basic eA==',
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=1',
      via: '1.1 x',
      connection: 'x-named-hop',
      'x-named-hop': 'h',
      te: 'trailers',
      'session-id': 's-1',
      originator: 'codex_exec',
    },
    body: CALL,
  });
  const headers = open.server.received[0]?.headers ?? {};
  expect(headers).toMatchObject({
    authorization: `Bearer ${open.apiKey}`,
    'openai-organization': 'org-ours',
    'openai-project': 'proj-ours',
    host: new URL(open.server.baseUrl).host,
    'session-id': 's-1',
    originator: 'codex_exec',
  });
  const gone = ['cookie', 'x-api-key', 'api-key', 'proxy-authorization', 'forwarded', 'via', 'te', 'x-named-hop'];
  expect(gone.filter((name) => name in headers)).toEqual([]);
});

test('of a guest’s headers only those of Codex go on, so that none steers a gateway in front of the model', async () => {
  await using open = await openGateway();
  const codex = {
    accept: 'text/event-stream',
    'user-agent': 'codex_exec/0.169.0',
    originator: 'codex_exec',
    'session-id': 's',
    session_id: 's',
    'thread-id': 't',
    conversation_id: 'c',
    'x-client-request-id': 'r',
    'x-codex-turn-metadata': '{}',
    'x-openai-internal-codex-responses-lite': 'true',
    'openai-beta': 'responses=experimental',
  };
  const strange = {
    'x-portkey-custom-host': 'https://evil.example',
    'portkey-custom-host': 'evil.example',
    'helicone-target-url': 'https://evil.example',
    'cf-aig-authorization': 'Bearer x',
    'x-openai-account-routing-override': 'a',
    'openai-processing-ms': '1',
    'xx-codex-a': '1',
  };
  await callDoor(open.at, { headers: { ...codex, ...strange, 'X-Codex-Window-Id': 'w' }, body: CALL });
  const headers = open.server.received[0]?.headers ?? {};
  expect(headers).toMatchObject({ ...codex, 'x-codex-window-id': 'w' });
  expect(new Set(Object.keys(headers))).toEqual(
    new Set([
      ...Object.keys(codex),
      'x-codex-window-id',
      ...['accept-encoding', 'authorization', 'connection', 'content-length', 'content-type', 'host'],
    ]),
  );
});

test('a server that wants no key is sent no authorization at all', async () => {
  await using open = await openGateway();
  await using gateway = await createGateway({
    upstream: { baseUrl: open.server.baseUrl, apiKey: '' },
    directory: open.directory,
    logger: open.log,
  });
  await using door = await gateway.open({ runId: open.runId, epoch: 2 }, generousTerms());
  const at = { socketPath: `${door.doors.directory}/llm.sock` };
  await callDoor(at, { headers: { authorization: 'Bearer guess' }, body: CALL });
  expect(open.server.received[0]?.headers).not.toHaveProperty('authorization');
});

test.each([1, 2, 5, 1000])(
  'a key the model server repeats never gets through, also in pieces of %i bytes',
  async (step) => {
    await using open = await openGateway();
    open.server.answer(async ({ response, body }) => {
      await body();
      const echo = Buffer.from(`{"error":{"message":"no such key: ${open.apiKey}"}}`);
      response.writeHead(401, { 'content-type': 'application/json' });
      for (let from = 0; from < echo.length; from += step) {
        response.write(echo.subarray(from, from + step));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const call = request({ ...open.at, method: 'POST', path: '/v1/responses' });
    call.on('error', () => undefined).end(callBody());
    const [answer] = await once(call, 'response');
    let seen = '';
    answer.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    answer.on('error', () => undefined);
    await new Promise((resolve) => answer.once('close', resolve));
    expect(answer.complete).toBe(false);
    expect(seen).not.toContain(open.apiKey.slice(0, 12));
    expect(open.log.lines.join('\n')).toContain('model server repeated its key');
    expect(open.log.lines.join('\n')).not.toContain(open.apiKey);
  },
);

test.each(['WWW-Authenticate', 'X-Debug'])('nor does a key in a header: %s', async (name) => {
  await using open = await openGateway();
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(401, { [name]: `Bearer error="no such key: ${open.apiKey}"` }).end('{}');
  });
  await expect(callDoor(open.at, { body: CALL })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  expect(open.log.lines.join('\n')).not.toContain(open.apiKey);
});

test('an unreachable model server is a 502 that names neither key nor address', async () => {
  await using open = await openGateway({ baseUrl: 'http://127.0.0.1:9/hidden-path/v1', limits: { retryWaitMs: 1 } });
  const answer = await callDoor(open.at, { body: CALL });
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.body.toString())).toEqual({
    error: {
      message: 'The model server could not be reached (ECONNREFUSED)',
      type: 'proxy_error',
      code: 'ECONNREFUSED',
    },
  });
  const everything = `${answer.body.toString()}${answer.rawHeaders.join()}${open.log.lines.join()}`;
  expect(everything).not.toContain(open.apiKey);
  expect(everything).not.toContain('hidden-path');
});

test.each([
  ['no URL', 'not a url', 'k'],
  ['another protocol', 'ftp://models.example/v1', 'k'],
  ['credentials in the URL', 'https://user:hunter2@models.example/v1', 'k'],
  ['a key with a line end', 'https://models.example/v1', 'k\r\nx: y'],
])('a bad upstream stops the start without repeating it: %s', async (_name, baseUrl, apiKey) => {
  await using open = await openGateway();
  const start = createGateway({ upstream: { baseUrl, apiKey }, directory: open.directory, logger: recordLog() });
  await expect(start).rejects.toMatchObject({ code: 'invalid' });
  await expect(start).rejects.not.toThrow(/hunter2|models\.example|x: y/);
});

test('the answer of the proxy itself has no trace of the key on any path', async () => {
  await using open = await openGateway({ limits: { requestBytesMax: 10 } });
  const answers = await Promise.all([
    callDoor(open.at, { path: '/nothing' }),
    callDoor(open.at, { body: [Buffer.alloc(100)] }),
    callDoor(open.at, { headers: { 'content-length': '100' }, body: [Buffer.alloc(100)] }),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([403, 413, 413]);
  const shown = answers.map((answer) => `${answer.rawHeaders.join()}${answer.body.toString()}`).join();
  expect(`${shown}${open.log.lines.join()}`).not.toContain(open.apiKey);
});
