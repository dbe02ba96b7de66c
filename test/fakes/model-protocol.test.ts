import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_USAGE, patch, plan, reason, say, shell, type Scenario, type Step } from './model/scenario.ts';
import { startScriptedModel, testOnlyKey, type ScriptedModel } from './model/scripted-model.ts';

const TOOLS = [
  { type: 'function', name: 'exec_command' },
  { type: 'function', name: 'update_plan' },
  { type: 'function', name: 'write_stdin' },
];

const StreamEvent = z.looseObject({ type: z.string(), sequence_number: z.number(), delta: z.string().optional() });

function user(text: string) {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
}

function output(text: string) {
  return { type: 'function_call_output', call_id: 'call', output: text };
}

function script(...steps: Step[]): Scenario {
  return { name: 'script', steps };
}

async function start(scenario: Scenario | readonly Scenario[]): Promise<ScriptedModel> {
  const model = await startScriptedModel({ scenario });
  onTestFinished(() => model[Symbol.asyncDispose]());
  return model;
}

function send(model: ScriptedModel, body: Record<string, unknown>, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${model.apiKey}`, 'content-type': 'application/json' };
  const whole = { model: 'gpt-5.5', tools: TOOLS, ...body };
  return fetch(`${model.baseUrl}/responses`, { method: 'POST', headers, body: JSON.stringify(whole), ...init });
}

/** The text of the only message in a non-streamed answer, or the status when it is none. */
async function ask(model: ScriptedModel, ...input: unknown[]): Promise<string | number> {
  const response = await send(model, { input });
  const body = JSON.stringify(await response.json());
  return response.ok ? (body.match(/"text":"([^"]*)"/)?.[1] ?? body) : response.status;
}

describe('the scripted model as a server', () => {
  test('streams an answer as the events of the Responses API, numbered and in order', async () => {
    const model = await start(script({ items: [reason('why'), say('größer 🙂 as thirty characters'), shell('ls')] }));
    const response = await send(model, { input: [user('go')], stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = await response.text();
    const blocks = text.trimEnd().split('\n\n');
    const events = blocks.map((block) => StreamEvent.parse(JSON.parse(block.split('\ndata: ')[1] ?? '')));
    const types = 'created added done added delta delta done added done completed';
    expect(events.map((event) => event.type.replace(/^.*[._]/, '')).join(' ')).toBe(types);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map((event) => event.delta ?? '').join('')).toBe('größer 🙂 as thirty characters');
    expect(events.at(-1)).toMatchObject({
      response: { usage: { input_tokens: 1000, output_tokens: 50, total_tokens: 1050 } },
    });
    expect(model.requests[0]).toMatchObject({ method: 'POST', path: '/v1/responses', status: 200, answer: text });
  });

  test('answers in one JSON when no stream is asked for, with the usage of the step', async () => {
    const model = await start(script({ items: [say('hello')], usage: { ...DEFAULT_USAGE, inputTokens: 7 } }));
    const body = await (await send(model, { input: 'go' })).json();
    expect(body).toMatchObject({ status: 'completed', output: [{ type: 'message' }], usage: { input_tokens: 7 } });
    expect(model.unexpected).toEqual([]);
  });

  test('lets nobody in without its key', async () => {
    const model = await start(script({ items: [say('hello')] }));
    const headers = { authorization: `Bearer ${testOnlyKey()}` };
    expect((await send(model, { input: 'go' }, { headers })).status).toBe(401);
    expect((await send(model, { input: 'go' }, { headers: {} })).status).toBe(401);
    expect(model.requests.map((request) => request.status)).toEqual([401, 401]);
  });
});

describe('the scripted model in a conversation', () => {
  test('finds its place by the tool outputs since the last user message, so that a repeated request is answered alike', async () => {
    const model = await start(
      script(
        { items: [shell('one'), patch('*** Delete File: a')] },
        { items: [plan({ x: 'pending' })] },
        { items: [say('end')] },
      ),
    );
    const history = [user('go'), output('1'), output('2'), output('3')];
    expect(await ask(model, ...history)).toBe('end');
    expect(await ask(model, ...history)).toBe('end');
    expect(await ask(model, ...history.slice(0, 3))).toContain('update_plan');
    expect(await ask(model, ...history, user('again'))).toContain(String.raw`\"cmd\":\"one\"`);
    expect(model.unexpected).toEqual([]);
  });

  test('does not take what Codex says in the name of the user for a prompt', async () => {
    const model = await start([{ ...script({ items: [say('right')] }), when: /^go$/ }]);
    expect(await ask(model, user('go'), user('<environment_context>\n</environment_context>'))).toBe('right');
    expect(await ask(model, user('# AGENTS.md instructions for /workspace\n'), user('go'))).toBe('right');
  });

  test('serves several runs at once by their prompts, and changes its script when told', async () => {
    const model = await start([
      { name: 'cats', when: /cat/, steps: [{ items: [say('meow')] }] },
      { name: 'others', steps: [{ items: [say('?')] }] },
    ]);
    expect(await Promise.all([ask(model, user('a cat')), ask(model, user('a dog'))])).toEqual(['meow', '?']);
    model.use({ name: 'dogs', when: /dog/, steps: [{ items: [say('woof')] }] });
    expect(await ask(model, user('a dog'))).toBe('woof');
    expect(await ask(model, user('a cat'))).toBe(400);
    expect(model.unexpected).toEqual([expect.stringContaining('no scenario fits the prompt')]);
  });

  test('waits for a command until it has ended, however often that takes', async () => {
    const model = await start(
      script({ items: [shell('slow')] }, { waitMs: 5_000 }, { items: [say('over')], expect: /late/ }),
    );
    const running = output('Process running with session ID 42\nOutput:\nearly');
    const over = output('Process exited with code 0\nOutput:\nlate');
    const poll = String.raw`{\"session_id\":42,\"chars\":\"\",\"yield_time_ms\":5000}`;
    expect(await ask(model, user('go'), running)).toContain(poll);
    expect(await ask(model, user('go'), running, running)).toContain(poll);
    expect(await ask(model, user('go'), running, running, over)).toBe('over');
    expect(await ask(model, user('go'), over)).toBe('over');
    expect(model.unexpected).toEqual([]);
  });
});

describe('the scripted model before the unexpected', () => {
  test.each([
    ['a tool output that does not match', [user('go'), output('other')], /step 1: expected \/listed\//],
    ['more requests than steps', [user('go'), output('listed'), output('more')], /step 1: ends the turn/],
    ['no user message', [output('listed')], /no user message/],
    ['an item of unknown shape', [{ role: 'user', content: 7 }], /unknown request shape/],
  ])('refuses %s and takes note of it', async (_, input, reasonExpected) => {
    const model = await start(script({ items: [shell('ls')] }, { items: [say('end')], expect: /listed/ }));
    expect(await ask(model, ...input)).toBe(400);
    expect(model.unexpected).toEqual([expect.stringMatching(reasonExpected)]);
  });

  test('refuses a request that answers only some of the calls it was given', async () => {
    const model = await start(script({ items: [shell('one'), shell('two')] }, { items: [say('end')] }));
    expect(await ask(model, user('go'), output('1'))).toBe(400);
    expect(model.unexpected).toEqual(['scenario script, step 0: made 2 calls, but only 1 outputs came']);
  });
});
