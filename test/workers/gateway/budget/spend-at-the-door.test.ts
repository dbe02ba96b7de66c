import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunBudget } from '#core/domain/run/budget.ts';
import { callBody, callBodyOf, CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { generousTerms, MODEL, openGateway, type OpenGateway } from '../open-gateway.ts';

const SSE = { 'content-type': 'text/event-stream' };
const PRICES = { [MODEL]: { input: 1, cachedInput: 0.1, output: 10 } };

function budget(limits: Partial<RunBudget>): { budget: RunBudget } {
  return { budget: { ...generousTerms().budget, ...limits } };
}

/** The model server answers every call with this usage, after so long. */
function answerWith(open: OpenGateway, tokens: { input: number; output: number }, waitMs = 0): void {
  const usage = { input_tokens: tokens.input, output_tokens: tokens.output };
  open.server.answer(async ({ response, body }) => {
    await body();
    await sleep(waitMs);
    response.writeHead(200, SSE);
    response.end(`data: ${JSON.stringify({ type: 'response.completed', response: { usage } })}\n\n`);
  });
}

async function errorOf(
  open: OpenGateway,
  body = callBody(),
): Promise<{ status: number; code: string; message: string }> {
  const answer = await callDoor(open.at, { body: [body] });
  const { error }: { error: { code: string; message: string } } = JSON.parse(answer.body.toString());
  return { status: answer.status, code: error.code, message: error.message };
}

test.each([
  ['tokens', { tokensMax: 3_000 }, 'RUN_TOKENS_MAX'],
  ['cost', { costUsdMax: 0.003 }, 'RUN_COST_USD_MAX'],
] as const)('fifty calls at once overspend by less than one of them: %s', async (limit, limits, variable) => {
  await using open = await openGateway({ terms: budget(limits), prices: PRICES });
  answerWith(open, { input: 1_000, output: 0 }, 5);
  const calls = await Promise.all(Array.from({ length: 50 }, () => callDoor(open.at, { body: [callBodyOf(1_200)] })));
  const answered = calls.filter((answer) => answer.status === 200);
  expect([answered.length, open.server.received.length]).toEqual([3, 3]);
  expect(open.door.usage().inputTokens).toBe(3_000);
  expect(open.door.exhausted()).toBe(limit);
  expect(await errorOf(open)).toMatchObject({ status: 400, code: 'insufficient_quota' });
  expect((await errorOf(open)).message).toContain(variable);
});

test('small calls of a large budget are not held up by each other', async () => {
  await using open = await openGateway();
  answerWith(open, { input: 10, output: 10 }, 200);
  const before = performance.now();
  await Promise.all(Array.from({ length: 30 }, () => callDoor(open.at, { body: CALL })));
  expect(performance.now() - before).toBeLessThan(3_000);
});

test('after the deadline no call goes to the model server, with or without a budget', async () => {
  await using open = await openGateway({ terms: budget({ deadline: new Date(Date.now() - 1).toISOString() }) });
  expect((await errorOf(open)).message).toContain('RUN_TIMEOUT_SEC');
  expect([open.server.received.length, open.door.exhausted()]).toEqual([0, 'deadline']);
});

test('the budget is no refusal: it is not reported as something the workspace tried', async () => {
  await using open = await openGateway({ terms: budget({ tokensMax: 1 }) });
  answerWith(open, { input: 1, output: 1 });
  await callDoor(open.at, { body: CALL });
  await errorOf(open);
  expect([open.door.refused(), open.refusals]).toEqual([0, []]);
});

test('a limit in money without a price for the model stops the start and names what to set', async () => {
  await using open = await openGateway();
  const terms = generousTerms(budget({ costUsdMax: 1 }));
  const start = open.gateway.open({ runId: open.runId, epoch: 2 }, terms);
  await expect(start).rejects.toMatchObject({ code: 'invalid' });
  await expect(start).rejects.toThrow(`MODEL_PRICES has no price for ${MODEL}`);
});

test('an answer that is cut counts all it could have, whatever was seen of it', async () => {
  await using open = await openGateway();
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, SSE);
    response.write('data: {"type":"response.output_text.delta","delta":"größer"}\n\n', () => response.destroy());
  });
  await expect(callDoor(open.at, { body: CALL })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  expect(open.door.usage()).toMatchObject({ inputTokens: callBody().length, outputTokens: 128_000 });
});

test('a guest that hangs up before the usage comes is counted like an answer that is cut', async () => {
  await using open = await openGateway();
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, SSE);
    response.write('data: {"type":"response.output_text.delta","delta":"four"}\n\n');
  });
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses', agent: false });
  call.on('error', () => undefined).end(callBody());
  const [answer] = await once(call, 'response');
  answer.on('error', () => undefined);
  await once(answer, 'data');
  call.destroy();
  await expect.poll(() => open.door.usage()).toMatchObject({ inputTokens: callBody().length, outputTokens: 128_000 });
});

test('a guest that hangs up while the model server thinks is counted with all that could have been thought', async () => {
  await using open = await openGateway();
  open.server.answer(async ({ body }) => void (await body()));
  const call = request({ ...open.at, method: 'POST', path: '/v1/responses', agent: false });
  call.on('error', () => undefined).end(callBody());
  await expect.poll(() => open.server.received.length).toBe(1);
  call.destroy();
  await expect.poll(() => open.door.usage()).toMatchObject({ inputTokens: callBody().length, outputTokens: 128_000 });
});

test('a guest that asks and hangs up in a loop is stopped by its budget', async () => {
  await using open = await openGateway({ terms: budget({ tokensMax: 20_000 }) });
  open.server.answer(async ({ body }) => void (await body()));
  const question = callBody({ max_output_tokens: 8_000 });
  for (let round = 1; round <= 3; round += 1) {
    const call = request({ ...open.at, method: 'POST', path: '/v1/responses', agent: false });
    call.on('error', () => undefined).end(question);
    await expect.poll(() => open.server.received.length).toBe(round);
    call.destroy();
    await expect.poll(() => open.door.usage().outputTokens).toBe(8_000 * round);
  }
  expect(await errorOf(open, question)).toMatchObject({ status: 400, code: 'insufficient_quota' });
  expect([open.server.received.length, open.door.exhausted()]).toEqual([3, 'tokens']);
});

test('a call that the model server took and cut without an answer counts all it could have, one it never got nothing', async () => {
  await using open = await openGateway({ limits: { attemptsMax: 1 } });
  open.server.answer(async ({ response, body }) => {
    await body();
    response.destroy();
  });
  expect((await callDoor(open.at, { body: CALL })).status).toBe(502);
  expect(open.door.usage()).toMatchObject({ inputTokens: callBody().length, outputTokens: 128_000 });
  await using away = await openGateway({ baseUrl: 'http://127.0.0.1:9/v1', limits: { attemptsMax: 1 } });
  expect((await callDoor(away.at, { body: CALL })).status).toBe(502);
  expect(away.door.usage()).toMatchObject({ inputTokens: 0, outputTokens: 0 });
});

test('an answer that never says what it cost counts as much as it could have', async () => {
  await using open = await openGateway();
  await callDoor(open.at, { body: CALL });
  expect(open.door.usage()).toMatchObject({ inputTokens: callBody().length, outputTokens: 128_000 });
});

test('what the model server refused costs nothing, unless it says so', async () => {
  await using open = await openGateway();
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
  });
  await callDoor(open.at, { body: CALL });
  expect(open.door.usage().inputTokens).toBe(0);
});

test('a call that waits for room leaves the line when its guest does', async () => {
  await using open = await openGateway({ terms: budget({ tokensMax: 200_000 }) });
  open.server.answer(async ({ body }) => void (await body()));
  const calls = Array.from({ length: 3 }, () => {
    const call = request({ ...open.at, method: 'POST', path: '/v1/responses', agent: false });
    call.on('error', () => undefined).end(callBody());
    return call;
  });
  await expect.poll(() => open.server.received.length).toBe(1);
  for (const call of calls.slice(1)) call.destroy();
  answerWith(open, { input: 1, output: 1 });
  calls[0]?.destroy();
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
  expect(open.server.received).toHaveLength(2);
});
