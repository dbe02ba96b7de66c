import { expect, test } from 'vitest';
import { startScriptedApi } from '../scripted-api.ts';

const thread = { kind: 'issue', number: 1 } as const;
const mona = { id: 1, login: 'mona', bot: false };

test('a write whose answer breaks off in the middle is ambiguous, not a success', async () => {
  await using api = await startScriptedApi(() => (response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.write('{"id": 1, "body": "x"', () => response.destroy());
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
  const member = { id: 1, state: 'active', access_level: 50, expires_at: null };
  const answer = { status: 200, body: { ...member, filler: 'x'.repeat(100_000) } };
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
  await expect(api.host.findChange(api.repo, 'topic')).rejects.toMatchObject({ code: 'unavailable' });
});

test('a server that is not there leaves a write certainly undone', async () => {
  const api = await startScriptedApi(() => ({ status: 200 }));
  await api[Symbol.asyncDispose]();
  await expect(api.host.createComment(api.repo, thread, 'x')).rejects.toMatchObject({ code: 'unavailable' });
});

test('a redirect is not followed, so the token stays on its server and a write stays a write', async () => {
  await using elsewhere = await startScriptedApi(() => ({ status: 201, body: { id: 1 } }));
  await using api = await startScriptedApi(() => ({ status: 302, headers: { location: `${elsewhere.url}/stolen` } }));
  await expect(api.host.createComment(api.repo, thread, 'x')).rejects.toMatchObject({ code: 'invalid' });
  expect(elsewhere.requests).toEqual([]);
});

test('every request says who asks, carries the token in a header and names the project by number', async () => {
  await using api = await startScriptedApi(() => ({ status: 404, body: {} }));
  await api.host.roleOf(api.repo, mona);
  await api.host.findChange(api.repo, 'topic').catch(() => undefined);
  await api.host.readDefaultBranchFile(api.repo, 'a/b', 10);
  expect(api.requests).toHaveLength(3);
  for (const { line, headers } of api.requests) {
    expect(line).toMatch(/^GET \/api\/v4\/projects\/2\//);
    expect(line).not.toContain('glpat');
    expect(headers).toMatchObject({ 'user-agent': 'astraforge/0.1', authorization: 'Bearer glpat-scripted' });
  }
});
