import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RequestDetail, RequestSummary } from '#core/contracts/http/requests.ts';
import { claimed, submitted } from '../../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from '../api-scene.ts';
import { decides } from '../decides.ts';

/** Sections 1.1 and 1.2 of the contract that clients of the reference product know: asking for work, and saying more. */

const Fields = z.record(z.string(), z.array(z.string().min(1)).min(1));
const PNG_HEAD = Buffer.from('89504e470d0a1a0a', 'hex');
const png = (bytes: number): string =>
  `data:image/png;base64,${Buffer.concat([PNG_HEAD, Buffer.alloc(bytes - PNG_HEAD.length)]).toString('base64')}`;
const MEBIBYTE = 1_024 * 1_024;

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene({ callWaitMs: 10_000 });
  ({ key } = await scene.keyFor(['run']));
});
afterAll(() => scene[Symbol.asyncDispose]());

/** A call, of the usual scene unless another one is named. */
function post(
  path: string,
  body: unknown,
  { on = scene, headers = {} }: { on?: ApiScene; headers?: Record<string, string> } = {},
): Promise<Response> {
  const all = { 'content-type': 'application/json', ...headers };
  return on.call(path, on === scene ? key : on.adminKey, { method: 'POST', body: JSON.stringify(body), headers: all });
}
/** So many small pictures. */
const pictures = (count: number) => Array.from({ length: count }, (_, at) => ({ uri: png(32), name: `${at}.png` }));
const NEW = { project_id: randomUUID(), prompt: 'Round durations half up' };

/** Stands for the workers: makes the request of the next call. */
const begins = (on: ApiScene) =>
  decides(on, 'done', async (call) => {
    if (call.kind !== 'request') throw new Error(`not a request: ${call.kind}`);
    const { link_id: linkId, source, sender, prompt } = call;
    const made = { id: call.request_id, prompt, thread: null, trigger: null, call: { linkId, source, sender } };
    await submitted(on.opened.store, { request: { ...made, requester: { id: -7, login: 'ada', bot: false } } });
  });

describe('POST /api/requests/', () => {
  it('that takes longer is 503 and on record; the same call with the same key finds it, once, with all its fields', async () => {
    await using slow = await openApiScene({ callWaitMs: 0 });
    const asked = { ...NEW, id: randomUUID(), sender: 'ada@example.com', source: 'crm' };
    const once = { on: slow, headers: { 'idempotency-key': 'order-7' } };
    const first = await post('/requests/', asked, once);
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await first.json()).toEqual({ detail: expect.stringContaining('is on record') });
    await begins(slow);
    for (let count = 0; count < 2; count += 1) {
      const made = await post('/requests/', asked, once);
      expect([made.status, made.headers.get('location')]).toEqual([201, `/api/requests/${asked.id}/`]);
      expect(RequestDetail.parse(await made.json())).toMatchObject({
        id: asked.id,
        ...{ source: 'crm', sender: 'ada@example.com', tenant_id: 'default', state: 'RECEIVED', artifacts: {} },
        project: { id: asked.project_id, provider: 'github', repository: 'octo/tool', base_url: expect.any(String) },
        payload: { title: NEW.prompt, description: NEW.prompt, context: {}, attachments: [] },
        metadata: { prompt: NEW.prompt, runs: [{ status: 'running' }], chat_messages: [{ role: 'user' }] },
      });
    }
    expect(z.array(RequestSummary).parse(await (await slow.call('/requests', slow.adminKey)).json())).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['nothing at all', { project_id: undefined, prompt: undefined }, 'project_id,prompt'],
    ['a project that is no id', { project_id: 'tool' }, 'project_id'],
    ['no project', { project_id: null }, 'project_id'],
    ['no prompt', { prompt: undefined }, 'prompt'],
    ['a prompt that is a number', { prompt: 7 }, 'prompt'],
    ['a prompt of white space', { prompt: ' \n\t ' }, 'prompt'],
    ['a prompt above 200,000 characters', { prompt: 'x'.repeat(200_001) }, 'prompt'],
    ['an id that is none', { id: '7' }, 'id'],
    ['a sender who is no address', { sender: 'ada' }, 'sender'],
    ['a source of nothing', { source: ' ' }, 'source'],
    ['a source above 64 characters', { source: 'x'.repeat(65) }, 'source'],
    ['an effort that is none', { reasoning_effort: 'extreme' }, 'reasoning_effort'],
    ['a model of nothing', { llm_model: '' }, 'llm_model'],
    ['attachments that are no list', { attachments: 'a.png' }, 'attachments'],
    ['an attachment without an address', { attachments: [{ name: 'a.png' }] }, 'attachments'],
    ['an attachment without a name', { attachments: [{ uri: png(32), name: ' ' }] }, 'attachments'],
    ['an attachment elsewhere', { attachments: [{ uri: 'https://host/a.png', name: 'a.png' }] }, 'attachments'],
    ['six attachments', { attachments: pictures(6) }, 'attachments'],
    ['one of more than 5 MiB', { attachments: [{ uri: png(5 * MEBIBYTE + 1), name: 'a.png' }] }, 'attachments'],
    [
      'more than 10 MiB together',
      { attachments: [4, 4, 3].map((size) => ({ uri: png(size * MEBIBYTE), name: 'a.png' })) },
      'attachments',
    ],
  ])('refuses %s by its field', async (_, wrong, fields) => {
    const answer = await post('/requests/', { ...NEW, ...wrong });
    expect(answer.status).toBe(400);
    expect(Object.keys(Fields.parse(await answer.json())).join(',')).toBe(fields);
  });

  it.each<[string, object, object]>([
    ['what is left out', {}, { source: 'direct_user', sender: '', options: {}, pictures: [] }],
    ['nulls for options', { llm_model: null, reasoning_effort: null }, { options: {} }],
    ['a prompt of 200,000 characters', { prompt: 'x'.repeat(200_000) }, { prompt: 'x'.repeat(200_000) }],
    ['white space at both ends', { prompt: ' \n\tdo\r\n ' }, { prompt: ' \n\tdo\r\n ' }],
    ['each effort', { reasoning_effort: 'high' }, { options: { reasoning_effort: 'high' } }],
    ['five attachments', { attachments: pictures(5) }, {}],
    ['fields of other products', { tenant_id: 'x', llm_provider: 'ollama', reasoning_check: true, spec: {}, x: 1 }, {}],
  ])('takes %s', async (_, same, recorded) => {
    const why = 'refused project_id: There is no such link.';
    const [answer, call] = await Promise.all([post('/requests/', { ...NEW, ...same }), decides(scene, why)]);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ project_id: ['There is no such link.'] });
    expect(call).toMatchObject({ kind: 'request', tenant_id: 'default', link_id: NEW.project_id, ...recorded });
  });
});

describe('GET /api/requests/', () => {
  it.each([
    ['Fix the rounding of durations\nplease', 'Fix the rounding of durations'],
    ['fix it\n\n  please', 'Fix it please'],
    ['x'.repeat(72), `X${'x'.repeat(71)}`],
    ['x'.repeat(73), `X${'x'.repeat(68)}...`],
    [' \n12 character\nand more', '12 character and more'],
    ['```', 'Requested change'],
  ])('gives %j its title', async (prompt, title) => {
    const { request } = await submitted(scene.opened.store, { request: { prompt } });
    const read = RequestDetail.parse(await (await scene.call(`/requests/${request.id}/`, key)).json());
    expect(read.payload).toMatchObject({ title, description: prompt });
  });

  it('lists the newest first, and one that was read has the same fields and the conversation', async () => {
    const years = ['2031', '2033', '2032'];
    const ids: Record<string, string> = {};
    for (const year of years) {
      const at = { createdAt: `${year}-01-01T00:00:00.000Z` };
      ids[year] = (await submitted(scene.opened.store, { request: at })).request.id;
    }
    const listed = z.array(RequestSummary).parse(await (await scene.call('/requests/?limit=3', key)).json());
    expect(listed.map(({ id }) => id)).toEqual([ids['2033'], ids['2032'], ids['2031']]);
    const { metadata, ...read } = RequestDetail.parse(await (await scene.call(`/requests/${ids['2033']}`, key)).json());
    const { chat_messages: said, ...same } = metadata;
    expect({ ...read, metadata: same }).toEqual(listed[0]);
    const first = { role: 'user', author: 'octocat', message: expect.any(String) };
    expect(said).toEqual([{ ...first, created_at: '2033-01-01T00:00:00.000Z' }]);
  });

  it('shows what each run answered, once, with the run and when it ended', async () => {
    const { store } = scene.opened;
    const { request, run } = await submitted(store);
    const finishedAt = '2026-11-23T12:00:00.000Z';
    await store.runs.advance(await claimed(store, run), {
      run: { status: 'failed', finalMessage: 'Half.', finishedAt },
    });
    const read = RequestDetail.parse(await (await scene.call(`/requests/${request.id}`, key)).json());
    expect(read.metadata.chat_messages.slice(1)).toEqual([
      { role: 'assistant', message: 'Half.', created_at: finishedAt, run_id: run.id },
    ]);
  });
});

describe('POST /api/chat/', () => {
  it.each<[string, object, string]>([
    ['nothing at all', { request_id: undefined, message: undefined }, 'request_id,message'],
    ['an id that is none', { request_id: '7' }, 'request_id'],
    ['a message of white space', { message: '\n' }, 'message'],
    ['six attachments', { attachments: pictures(6) }, 'attachments'],
  ])('refuses %s by its field', async (_, wrong, fields) => {
    const answer = await post('/chat/', { request_id: randomUUID(), message: 'more', ...wrong });
    expect(answer.status).toBe(400);
    expect(Object.keys(Fields.parse(await answer.json())).join(',')).toBe(fields);
  });

  it('is 404 for a request that is not there, and so are approving and executing it', async () => {
    const id = randomUUID();
    const said = await post('/chat/', { request_id: id, message: 'more' });
    for (const answer of [said, await post(`/chat/${id}/approve/`, {}), await post(`/requests/${id}/execute`, {})]) {
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ detail: expect.any(String) });
    }
  });
});

describe('POST /api/requests/{id}/execute/', () => {
  it('takes options and leaves the rest, and refuses those that are none', async () => {
    const { request } = await submitted(scene.opened.store);
    const path = `/requests/${request.id}/execute/`;
    const body = { llm_model: 'm', reasoning_effort: 'low', llm_provider: null, spec: { title: 'x' } };
    const [answer, call] = await Promise.all([post(path, body), decides(scene, 'done')]);
    expect([answer.status, await answer.json()]).toEqual([202, { status: 'queued' }]);
    const options = { llm_model: 'm', reasoning_effort: 'low' };
    expect(call).toMatchObject({ kind: 'execute', request_id: request.id, options });
    const wrong = await post(path, { reasoning_effort: 'extreme' });
    expect([wrong.status, Object.keys(Fields.parse(await wrong.json()))]).toEqual([400, ['reasoning_effort']]);
  });
});
