import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { NO_USAGE, type TokenUsage } from '#core/domain/run/run.ts';
import { createUsageMeter } from '../../../../workers/gateway/budget/usage-meter.ts';
import { CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openGateway } from '../open-gateway.ts';

const USAGE = {
  input_tokens: 1200,
  input_tokens_details: { cached_tokens: 400 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 1250,
};
const COUNTED: TokenUsage = { inputTokens: 1200, cachedInputTokens: 400, outputTokens: 50, reasoningTokens: 20 };
const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };

function event(type: string, response: object, lineEnd = '\n'): string {
  return `event: ${type}${lineEnd}data: ${JSON.stringify({ type, response })}${lineEnd}${lineEnd}`;
}

function stream(last = 'response.completed', lineEnd = '\n'): Buffer {
  const created = event('response.created', { id: 'r', usage: null }, lineEnd);
  const delta = `: keep-alive${lineEnd}${event('response.output_text.delta', { delta: 'Grüße 🦊 "usage"' }, lineEnd)}`;
  return Buffer.from(`${created}${delta}${event(last, { id: 'r', usage: USAGE }, lineEnd)}`);
}

async function measure(headers: Record<string, string>, chunks: readonly Buffer[]): Promise<TokenUsage[]> {
  const counted: TokenUsage[] = [];
  const meter = createUsageMeter(headers, (usage) => counted.push(usage));
  for (const chunk of chunks) meter.write(chunk);
  await new Promise<void>((resolve) => meter.end(resolve));
  return counted;
}

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('tokens of a stream are counted once wherever a chunk border falls: lines ended by %s', async (_name, lineEnd) => {
  const bytes = stream('response.completed', lineEnd);
  for (let at = 0; at <= bytes.length; at += 1) {
    expect(await measure(SSE, [bytes.subarray(0, at), bytes.subarray(at)])).toEqual([COUNTED]);
  }
  const single = Array.from(bytes, (byte) => Buffer.from([byte]));
  expect(await measure(SSE, single)).toEqual([COUNTED]);
});

test.each(['response.completed', 'response.incomplete', 'response.failed'])('%s is counted', async (type) => {
  expect(await measure(SSE, [stream(type)])).toEqual([COUNTED]);
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
])('a stream compressed as %s is counted, also byte by byte', async (encoding, compress) => {
  const bytes = compress(stream());
  const headers = { ...SSE, 'content-encoding': encoding };
  expect(await measure(headers, [bytes])).toEqual([COUNTED]);
  expect(
    await measure(
      headers,
      Array.from(bytes, (byte) => Buffer.from([byte])),
    ),
  ).toEqual([COUNTED]);
});

test('a whole JSON answer is counted, plain and compressed', async () => {
  const bytes = Buffer.from(JSON.stringify({ id: 'r', usage: USAGE }));
  const headers = { 'content-type': 'application/json' };
  expect(await measure(headers, [bytes.subarray(0, 9), bytes.subarray(9)])).toEqual([COUNTED]);
  expect(await measure({ ...headers, 'content-encoding': 'gzip' }, [gzipSync(bytes)])).toEqual([COUNTED]);
});

test('data spread over several lines is one event', async () => {
  const text = JSON.stringify({ type: 'response.completed', response: { usage: USAGE } }, null, 1);
  const lines = text.split('\n').map((line) => `data:${line}\n`);
  expect(await measure(SSE, [Buffer.from(`${lines.join('')}\n`)])).toEqual([COUNTED]);
});

test('a server that leaves out the details is counted without them', async () => {
  const usage = { input_tokens: 3, input_tokens_details: null, output_tokens: 4 };
  const counted = await measure(SSE, [Buffer.from(event('response.completed', { usage }))]);
  expect(counted).toEqual([{ ...NO_USAGE, inputTokens: 3, outputTokens: 4 }]);
});

test.each([
  ['no JSON', SSE, Buffer.from('data: {"type":"response.completed","usage"\n\n')],
  ['negative counts', SSE, Buffer.from(event('response.completed', { usage: { ...USAGE, input_tokens: -1 } }))],
  ['another event', SSE, Buffer.from(event('response.in_progress', { usage: USAGE }))],
  ['an event that was never finished', SSE, stream().subarray(0, -1)],
  ['broken gzip', { ...SSE, 'content-encoding': 'gzip' }, Buffer.from('not gzip at all')],
  ['gzip that was cut', { ...SSE, 'content-encoding': 'gzip' }, gzipSync(stream()).subarray(0, 40)],
  ['an encoding nobody knows', { ...SSE, 'content-encoding': 'zstd' }, stream()],
  ['a picture', { 'content-type': 'image/png' }, stream()],
])('what cannot be read costs nothing and breaks nothing: %s', async (_name, headers, bytes) => {
  expect(await measure(headers, [bytes])).toEqual([]);
});

test('an event too large to hold is left out and the next one is counted', async () => {
  const huge = Buffer.concat([
    Buffer.from('data: '),
    Buffer.alloc(17 * 1024 * 1024, 'x'),
    Buffer.from('\ndata: y\n\n'),
  ]);
  expect(await measure(SSE, [huge.subarray(0, 1_000), huge.subarray(1_000), stream()])).toEqual([COUNTED]);
});

test('the tokens of all calls of a run add up, and are known when the guest has the end of the answer', async () => {
  await using open = await openGateway();
  const answers = [
    { headers: SSE, bytes: stream() },
    { headers: { ...SSE, 'content-encoding': 'gzip' }, bytes: gzipSync(stream('response.failed')) },
    { headers: { 'content-type': 'application/json' }, bytes: Buffer.from(JSON.stringify({ usage: USAGE })) },
  ];
  for (const [index, { headers, bytes }] of answers.entries()) {
    open.server.answer(async ({ response, body }) => {
      await body();
      response.writeHead(200, headers).end(bytes);
    });
    const answer = await callDoor(open.at, { body: CALL });
    expect(answer.body.equals(bytes)).toBe(true);
    expect(open.door.usage().inputTokens).toBe(1200 * (index + 1));
  }
  expect(open.door.usage()).toEqual({
    inputTokens: 3600,
    cachedInputTokens: 1200,
    outputTokens: 150,
    reasoningTokens: 60,
  });
});
