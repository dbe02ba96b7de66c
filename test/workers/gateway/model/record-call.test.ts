import { expect, test } from 'vitest';
import { createRedactor } from '#core/domain/text/secrets.ts';
import type { ModelCall } from '#core/ports/model-calls.ts';
import {
  BODY_BYTES_MAX,
  createCallRecorder,
  type CallRecorder,
} from '../../../../workers/gateway/model/record-call.ts';
import { callBody, CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openGateway, recordLog, type RecordedLog } from '../open-gateway.ts';

const SECRET = 'canary-3f9c2b7d1e';
const SSE = { 'content-type': 'text/event-stream' };
const COMPLETED = {
  type: 'response.completed',
  response: { usage: { input_tokens: 12, input_tokens_details: { cached_tokens: 4 }, output_tokens: 5 } },
};
const BEGUN = { runId: 'r', epoch: 1, model: 'm' };

interface Scene {
  readonly recorder: CallRecorder;
  readonly calls: ModelCall[];
  readonly log: RecordedLog;
}

/** A recorder that keeps in memory; `wait` is awaited before each call is kept. */
function recording(wait: () => Promise<void> = () => Promise.resolve()): Scene {
  const redactor = createRedactor();
  redactor.register(SECRET);
  const calls: ModelCall[] = [];
  const log = recordLog();
  const record = async (call: ModelCall): Promise<void> => {
    await wait();
    calls.push(call);
  };
  return { recorder: createCallRecorder({ redactor, record, logger: log }), calls, log };
}

test('a call is recorded with both bodies, what it cost and how it ended', async () => {
  const { recorder, calls } = recording();
  await using open = await openGateway({ recorder });
  const stream = `data: ${JSON.stringify({ type: 'response.output_text.delta', delta: SECRET })}\n\ndata: ${JSON.stringify(COMPLETED)}\n\n`;
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, SSE);
    for (let at = 0; at < stream.length; at += 7) {
      response.write(stream.slice(at, at + 7));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
  const body = callBody({ input: `the key is ${SECRET}` });
  const answer = await callDoor(open.at, { body: [body] });
  await recorder.settle();
  expect(answer.body.toString()).toBe(stream);
  expect(calls).toEqual([
    {
      runId: open.runId,
      epoch: 1,
      model: 'test-model',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      tookMs: expect.any(Number),
      status: 200,
      usage: { inputTokens: 12, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 0 },
      request: body.toString().replace(SECRET, '[redacted]'),
      response: stream.replace(SECRET, '[redacted]'),
      cut: false,
    },
  ]);
});

test('a call without an answer, one that was cut and one that was not paid are recorded as what they are', async () => {
  const { recorder, calls } = recording();
  await using open = await openGateway({ recorder, limits: { idleTimeoutMs: 100 } });
  open.server.answer(() => undefined);
  await callDoor(open.at, { body: CALL });
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(200, SSE);
    response.write('data: 1\n\n', () => response.destroy());
  });
  await callDoor(open.at, { body: CALL }).catch(() => undefined);
  open.server.answer(async ({ response, body }) => {
    await body();
    response.writeHead(402, { 'content-encoding': 'gzip' }).end('no text');
  });
  await callDoor(open.at, { body: CALL });
  await recorder.settle();
  expect(calls.map(({ status, usage, response }) => [status, usage, response])).toEqual([
    [504, null, expect.stringContaining('did not answer in time')],
    [200, null, 'data: 1\n\n'],
    [402, null, '(a compressed answer, not recorded)'],
  ]);
});

test('an answer does not wait for its record, nor fail with it', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let calls = 0;
  const { recorder, log } = recording(async () => {
    calls += 1;
    await held;
    throw new Error('the store is away');
  });
  await using open = await openGateway({ recorder });
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
  expect((await callDoor(open.at, { body: CALL })).status).toBe(200);
  release();
  await recorder.settle();
  expect(calls).toBe(2);
  expect(log.lines.filter((line) => line.includes('a model call was not recorded'))).toHaveLength(2);
});

test('a body that is too long is cut, and a secret that the cut goes through leaves no piece', async () => {
  const { recorder, calls } = recording();
  for (const before of [1, 8, SECRET.length - 1]) {
    const text = 'x'.repeat(BODY_BYTES_MAX - before) + SECRET;
    const call = recorder.open({ ...BEGUN, request: Buffer.from(text) });
    for (let at = 0; at < text.length; at += 65_536) call.write(Buffer.from(text.slice(at, at + 65_536)));
    call.end({ status: 200, usage: null });
  }
  await recorder.settle();
  expect(calls).toHaveLength(3);
  for (const { request, response, cut } of calls) {
    expect(cut).toBe(true);
    expect(request.length).toBeGreaterThan(BODY_BYTES_MAX / 2);
    for (const body of [request, response]) expect(body.replaceAll('x', '')).toBe('');
  }
});

test('while the store is stuck, memory is bounded for each run: first its bodies are left out, then its calls', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { recorder, calls, log } = recording(() => held);
  const body = Buffer.alloc(BODY_BYTES_MAX, 'y');
  for (let count = 0; count < 1_100; count += 1) {
    recorder.open({ ...BEGUN, request: body }).end({ status: 200, usage: null });
  }
  recorder.open({ ...BEGUN, runId: 'other', request: body }).end({ status: 200, usage: null });
  release();
  await recorder.settle();
  const [mine, others] = ['r', 'other'].map((runId) => calls.filter((call) => call.runId === runId));
  const kept = mine?.reduce((sum, call) => sum + call.request.length, 0);
  expect(kept).toBeGreaterThan(8 * 1024 * 1024);
  expect(kept).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect([mine?.length, mine?.at(-1)?.cut]).toEqual([1_000, true]);
  expect(others?.map((call) => [call.request.length, call.cut])).toEqual([[BODY_BYTES_MAX, false]]);
  expect(log.lines.filter((line) => line.includes('left out'))).toEqual([expect.stringContaining('"calls":100')]);
});
