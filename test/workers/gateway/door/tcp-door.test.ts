import { once } from 'node:events';
import { request } from 'node:http';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createBearerTokens } from '../../../../workers/gateway/door/bearer.ts';
import { callBody } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openTcpDoor } from './open-tcp-door.ts';

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test("a running run's token opens the door, and the model server gets the real key in its place", async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const body = callBody({ input: 'x'.repeat(100_000) });
  world.server.answer(async ({ response, body: read }) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(await read());
  });
  const answer = await callDoor(world.at, { headers: bearer(pass.token), body: [body] });
  expect(answer.body.equals(body)).toBe(true);
  expect(world.server.received[0]?.headers.authorization).toBe(`Bearer ${world.apiKey}`);
  expect(JSON.stringify(world.server.received)).not.toContain(pass.token);
});

test('a token is 32 random bytes as base64url, and none is like another', async () => {
  await using world = await openTcpDoor();
  const tokens = Array.from({ length: 100 }, () => world.mint('run-1').token);
  expect(new Set(tokens).size).toBe(100);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
});

test('no token, a wrong one, an ended one and every misspelling are refused alike', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const ended = world.mint('run-2');
  await ended.end();
  const { token } = pass;
  const wrong = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${token}`,
    token,
    `Bearer  ${token}`,
    `Bearer ${token} x`,
    `Bearer ${token}=`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token}a`,
    `Bearer ${token.toUpperCase()}x`,
    `Bearer ${randomBytes(32).toString('base64url')}`,
    `Bearer ${ended.token}`,
    `Bearer ${world.apiKey}`,
  ];
  for (const authorization of wrong) {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await callDoor(world.at, { headers, body: [Buffer.from('{}')] });
    expect([authorization, answer.status]).toEqual([authorization, 403]);
  }
  expect(world.door.strangers()).toBe(wrong.length);
  expect(world.server.received).toEqual([]);
});

test('a token in the query or in a cookie is not looked at', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  const inQuery = await callDoor(world.at, { path: `/v1/responses?token=${pass.token}` });
  const inCookie = await callDoor(world.at, { headers: { cookie: `token=${pass.token}`, 'x-api-key': pass.token } });
  expect([inQuery.status, inCookie.status]).toEqual([403, 403]);
});

test('with a token still only the one call passes, and each run is counted for itself', async () => {
  await using world = await openTcpDoor();
  const one = world.mint('run-1');
  const two = world.mint('run-2');
  world.server.answer(async ({ response, body }) => {
    await body();
    const usage = { input_tokens: 5, output_tokens: 2 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ usage }));
  });
  await callDoor(world.at, { headers: bearer(one.token), body: [callBody()] });
  await callDoor(world.at, { headers: bearer(one.token), body: [callBody()] });
  await callDoor(world.at, { headers: bearer(two.token), body: [callBody()] });
  expect((await callDoor(world.at, { headers: bearer(two.token), path: '/v1/files' })).status).toBe(403);
  expect([one.room.usage().inputTokens, two.room.usage().inputTokens]).toEqual([10, 5]);
  expect([one.room.refused(), two.room.refused(), world.door.strangers()]).toEqual([0, 1, 0]);
});

test('ending a run cuts its calls under way and leaves those of others', async () => {
  await using world = await openTcpDoor();
  const [one, two] = [world.mint('run-1'), world.mint('run-2')];
  world.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  });
  const answers = await Promise.all(
    [one, two].map(async ({ token }) => {
      const call = request({
        ...world.at,
        method: 'POST',
        path: '/v1/responses',
        agent: false,
        headers: bearer(token),
      });
      call.on('error', () => undefined).end(callBody());
      const [answer] = await once(call, 'response');
      return answer.on('error', () => undefined).resume();
    }),
  );
  await one.end();
  await expect.poll(() => answers[0].destroyed).toBe(true);
  expect(answers[1].destroyed).toBe(false);
});

test('health is told to everybody and by GET only', async () => {
  await using world = await openTcpDoor();
  const healthy = await callDoor(world.at, { method: 'GET', path: '/healthz' });
  expect([healthy.status, healthy.body.toString()]).toEqual([200, '{"status":"ok"}']);
  expect((await callDoor(world.at, { method: 'POST', path: '/healthz' })).status).toBe(403);
  expect((await callDoor(world.at, { method: 'CONNECT', path: 'a:1' })).status).toBe(407);
});

test('neither token nor key is ever logged', async () => {
  await using world = await openTcpDoor();
  const pass = world.mint('run-1');
  await callDoor(world.at, { headers: bearer(pass.token), body: [callBody()] });
  await callDoor(world.at, { headers: bearer(`${pass.token}x`) });
  const written = world.log.lines.join('\n');
  expect(written).not.toBe('');
  expect(written).not.toContain(pass.token);
  expect(written).not.toContain(world.apiKey);
});

test('the set of tokens can be dumped without giving one away', () => {
  const tokens = createBearerTokens<string>();
  const { token } = tokens.mint('run-1');
  expect(tokens.find(`Bearer ${token}`)).toBe('run-1');
  expect(inspect(tokens, { depth: 9, showHidden: true })).not.toContain(token);
});
