import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { claimed, submitted } from '../../../contract/store-subject.ts';
import { isoAt } from '../../../contract/iso-at.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';

const Rows = z.array(z.object({ id: z.string() }));
const Thing = z.record(z.string(), z.unknown());

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene();
  ({ key } = await scene.keyFor(['read']));
});
afterAll(() => scene[Symbol.asyncDispose]());

const read = async (path: string) => Thing.parse(await (await scene.call(path, key)).json());

async function aFinishedRun() {
  const { store } = scene.opened;
  const made = await submitted(store, { request: { prompt: 'Fix the rounding of durations\nplease' } });
  const claim = await claimed(store, made.run);
  await store.runs.advance(claim, {
    request: 'EXECUTING',
    run: { startedAt: isoAt(1) },
    log: [
      { v: 1, type: 'log', message: 'working', request_id: made.request.id, run_id: made.run.id, created_at: isoAt(1) },
    ],
  });
  await store.runs.advance(claim, {
    request: 'PATCH_READY',
    run: {
      status: 'succeeded',
      finishedAt: isoAt(9),
      finalMessage: 'Done.',
      change: { number: 3, url: 'https://git.example/pull/3' },
    },
    result: {
      patch: new TextEncoder().encode('diff --git a/x b/x\n+token glpat-0123456789abcdefghij\n'),
      session: null,
    },
  });
  return made;
}

describe('what existing clients read', () => {
  it('a run has the fields and words of the contract, and its diff passes the redactor', async () => {
    const { run, request } = await aFinishedRun();
    const found = await read(`/runs/${run.id}/`);
    expect(found).toMatchObject({
      id: run.id,
      request_id: request.id,
      request_title: 'Fix the rounding of durations',
      status: 'completed',
      state: 'succeeded',
      started_at: isoAt(1),
      finished_at: isoAt(9),
      artifacts: { branch: `astraforge/${request.id}`, final_message: 'Done.' },
    });
    expect(found.diff).toContain('[redacted]');
    expect(found.diff).not.toContain('glpat-0123456789abcdefghij');
    expect(found.events).toMatchObject([
      { run_id: run.id },
      { type: 'log', message: 'working', run_id: run.id, request_id: request.id },
    ]);
  });

  it('a request has its project, its prompt whole, its runs, its change and the conversation', async () => {
    const { run, request } = await aFinishedRun();
    expect(await read(`/requests/${request.id}`)).toMatchObject({
      id: request.id,
      tenant_id: 'default',
      state: 'PATCH_READY',
      project: { provider: 'github', repository: 'octo/tool', base_url: 'https://github.example' },
      payload: { title: 'Fix the rounding of durations', description: 'Fix the rounding of durations\nplease' },
      metadata: {
        prompt: 'Fix the rounding of durations\nplease',
        runs: [{ id: run.id, status: 'completed' }],
        mr: { ref: 'https://git.example/pull/3', source_branch: `astraforge/${request.id}` },
        chat_messages: [
          { role: 'user', message: 'Fix the rounding of durations\nplease', author: request.requester.login },
          { role: 'assistant', message: 'Done.', run_id: run.id },
        ],
      },
    });
  });

  it('a change is listed once and read with its diff', async () => {
    const { request } = await aFinishedRun();
    const change = { id: request.id, status: 'OPEN', ref: 'https://git.example/pull/3', target_branch: 'main' };
    expect(await (await scene.call('/merge-requests/', key)).json()).toEqual(
      expect.arrayContaining([expect.objectContaining(change)]),
    );
    expect(await read(`/merge-requests/${request.id}`)).toMatchObject({
      ...change,
      diff: expect.stringContaining('diff --git'),
    });
  });

  it.each(['/runs', '/requests', '/merge-requests'])(
    '%s is a bare array, page by page by its Link header, each row once',
    async (list) => {
      for (let count = 0; count < 3; count += 1) await aFinishedRun();
      const whole = Rows.parse(await (await scene.call(`${list}/?limit=200`, key)).json());
      const seen: string[] = [];
      let next: string | undefined = `${list}?limit=2`;
      while (next !== undefined) {
        const answer: Response = await scene.call(next, key);
        seen.push(...Rows.parse(await answer.json()).map(({ id }) => id));
        next = /^<\/api(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
      }
      expect(seen).toEqual(whole.map(({ id }) => id));
      expect(new Set(seen).size).toBe(seen.length);
    },
  );
});

describe('a call that is wrong', () => {
  it.each([
    ['/runs?limit=0', { limit: [expect.any(String)] }],
    ['/runs?limit=many', { limit: [expect.any(String)] }],
    ['/runs?state=sleeping', { state: [expect.any(String)] }],
    ['/runs?since=yesterday', { since: [expect.any(String)] }],
    ['/runs?cursor=nonsense', { detail: expect.stringContaining('cursor') }],
    ['/runs?repository_id=5', { detail: expect.stringContaining('provider') }],
  ])('%s is answered 400 and says what is wrong', async (path, body) => {
    const answer = await scene.call(path, key);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual(body);
  });

  it.each(['/runs/none', '/requests/00000000-0000-4000-8000-000000000000', '/merge-requests/x', '/nothing'])(
    '%s is answered 404 with a detail',
    async (path) => {
      const answer = await scene.call(path, key);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({ detail: expect.any(String) });
    },
  );
});
