import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { say, shell, type Scenario, type Step } from './model/scenario.ts';
import { startScriptedModel, testOnlyKey, type ScriptedModel } from './model/scripted-model.ts';

async function start(...steps: Step[]): Promise<ScriptedModel> {
  const scenario: Scenario = { name: 'faults', steps };
  const model = await startScriptedModel({ scenario });
  onTestFinished(() => model[Symbol.asyncDispose]());
  return model;
}

function send(model: ScriptedModel, body: Record<string, unknown> = {}, signal?: AbortSignal): Promise<Response> {
  const headers = { authorization: `Bearer ${model.apiKey}` };
  const whole = { model: 'gpt-5.5', input: 'go', stream: true, ...body };
  return fetch(`${model.baseUrl}/responses`, {
    method: 'POST',
    headers,
    body: JSON.stringify(whole),
    signal: signal ?? null,
  });
}

describe('the scripted model going wrong on purpose', () => {
  test('answers an HTTP error with its headers and body', async () => {
    const body = { error: { message: 'slow down' } };
    const model = await start({ fault: { kind: 'status', status: 429, headers: { 'retry-after': '3' }, body } });
    const response = await send(model);
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([429, '3', body]);
    expect(model.unexpected).toEqual([]);
  });

  test('cuts a stream after its first event', async () => {
    const model = await start({ fault: { kind: 'cut' } });
    const response = await send(model);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(model.requests[0]?.answer).toContain('response.created');
  });

  test('opens a stream and then stays silent until the client leaves', async () => {
    const model = await start({ fault: { kind: 'hang' } });
    const leaving = new AbortController();
    const response = await send(model, {}, leaving.signal);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('response.created');
    const silence = await Promise.race([reader?.read(), delay(100, 'silent')]);
    expect(silence).toBe('silent');
    leaving.abort();
  });

  test('ends a stream with the error of the model', async () => {
    const model = await start({ fault: { kind: 'failed', code: 'invalid_prompt', message: 'no' } });
    expect(await (await send(model)).text()).toContain('"error":{"code":"invalid_prompt","message":"no"}');
  });
});

describe('the scripted model', () => {
  test('gives a counted fault that often in each thread, then goes on', async () => {
    const model = await start({ fault: { kind: 'status', status: 500, body: {} }, times: 2 }, { items: [say('well')] });
    const statuses = async (thread: string): Promise<number[]> => {
      const found: number[] = [];
      for (let count = 0; count < 3; count += 1) found.push((await send(model, { prompt_cache_key: thread })).status);
      return found;
    };
    expect(await statuses('a')).toEqual([500, 500, 200]);
    expect(await statuses('b')).toEqual([500, 500, 200]);
  });

  test('waits its latency and the delay of the step before an answer', async () => {
    const model = await start({ items: [say('late')], delayMs: 60 });
    model.setLatency(60);
    const before = performance.now();
    await (await send(model)).text();
    expect(performance.now() - before).toBeGreaterThanOrEqual(115);
  });

  test('refuses a script that needs a tool which the client does not offer', async () => {
    const model = await start({ items: [shell('ls')] });
    expect((await send(model)).status).toBe(400);
    expect(model.unexpected).toEqual(['the request offers no function tool exec_command']);
  });

  test('refuses other addresses and bodies that are no JSON', async () => {
    const model = await start({ items: [say('ok')] });
    const headers = { authorization: `Bearer ${model.apiKey}` };
    expect((await fetch(`${model.baseUrl}/models`, { headers })).status).toBe(400);
    expect((await fetch(`${model.baseUrl}/responses`, { method: 'POST', headers, body: '{' })).status).toBe(400);
    expect(model.unexpected).toEqual([
      'unknown request GET /v1/models',
      expect.stringContaining('unknown request shape'),
    ]);
  });

  test('makes a new key each time', () => {
    expect(testOnlyKey()).toMatch(/^sk-testonly-[0-9a-f]{48}$/);
    expect(testOnlyKey()).not.toBe(testOnlyKey());
  });
});
