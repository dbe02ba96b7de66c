import { expect, test } from 'vitest';
import { startScriptedApi } from '../scripted-api.ts';

const thread = { kind: 'issue', number: 1 } as const;

test('a write whose answer breaks off in the middle is ambiguous, not a success', async () => {
  await using api = await startScriptedApi(() => (response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.write('{"id": 1, "html_url": "x"', () => response.destroy());
  });
  await expect(api.host.createComment(api.repo, thread, 'x')).rejects.toMatchObject({ code: 'ambiguous' });
  expect(api.requests).toHaveLength(1);
});

test('a write whose answer never ends is given up in time as ambiguous', async () => {
  await using api = await startScriptedApi(
    () => (response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.write('{"id": 1,');
    },
    { limits: { timeoutMs: 500 } },
  );
  await expect(api.host.createComment(api.repo, thread, 'x')).rejects.toMatchObject({ code: 'ambiguous' });
});

test('a write that is not answered in time is ambiguous and sent exactly once', async () => {
  await using api = await startScriptedApi(() => () => undefined, { limits: { timeoutMs: 500 } });
  await expect(api.host.createComment(api.repo, thread, 'x')).rejects.toMatchObject({ code: 'ambiguous' });
  expect(api.requests).toHaveLength(1);
});

test('an answer larger than the limit is not read to the end, however right it is', async () => {
  const role = { permission: 'admin', role_name: 'admin', user: { id: 1 } };
  const mona = { id: 1, login: 'mona', bot: false };
  const answer = { status: 200, body: { ...role, filler: 'x'.repeat(100_000) } };
  await using bounded = await startScriptedApi(() => answer, { limits: { answerBytesMax: 10_000 } });
  await expect(bounded.host.roleOf(bounded.repo, mona)).rejects.toMatchObject({ code: 'unavailable' });
  await using roomy = await startScriptedApi(() => answer);
  expect(await roomy.host.roleOf(roomy.repo, mona)).toBe('admin');
});

test.each<[string, unknown]>([
  ['another shape', { id: 'not a number' }],
  ['nothing', undefined],
  ['HTML', '<html>'],
])('a success with %s in its body is ambiguous for a write and unavailable for a read', async (_what, body) => {
  await using api = await startScriptedApi(() => ({ status: 200, body }));
  await expect(api.host.createComment(api.repo, thread, 'x')).rejects.toMatchObject({ code: 'ambiguous' });
  const read = api.host.findChange(api.repo, 'topic');
  await expect(read).rejects.toMatchObject({ code: 'unavailable' });
});

test('a server that is not there leaves a write certainly undone', async () => {
  const api = await startScriptedApi(() => ({ status: 200 }));
  await api[Symbol.asyncDispose]();
  await expect(api.host.createComment(api.repo, thread, 'x')).rejects.toMatchObject({ code: 'unavailable' });
});

test('every request says who asks, and for which version of the API', async () => {
  await using api = await startScriptedApi(() => ({ status: 404, body: {} }));
  await api.host.roleOf(api.repo, { id: 1, login: 'mona', bot: false });
  expect(api.requests[0]?.headers).toMatchObject({
    'user-agent': expect.stringMatching(/^astraforge\/0\.1 /),
    'x-github-api-version': '2022-11-28',
  });
});

test('a renamed repository is followed, and its token stays on its own server', async () => {
  await using elsewhere = await startScriptedApi(() => ({ status: 404, body: {} }));
  const origin = (await elsewhere.host.gitAccess(elsewhere.repo, 'read')).url.replace('/octo/app.git', '');
  await using api = await startScriptedApi(({ line }) => {
    if (line.includes('/repositories/2')) return { status: 301, headers: { location: `${origin}/stolen` } };
    return { status: 301, headers: { location: '/repositories/2/collaborators/mona/permission' } };
  });
  await api.host.roleOf(api.repo, { id: 1, login: 'mona', bot: false });
  expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
    'token ghs_scripted',
    'token ghs_scripted',
  ]);
  expect(elsewhere.requests).toMatchObject([{ line: 'GET /stolen' }]);
  expect(elsewhere.requests[0]?.headers.authorization).toBeUndefined();
});
