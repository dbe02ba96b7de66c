import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MergeRequestDetail, MergeRequestSummary } from '#core/contracts/http/merge-requests.ts';
import { RunDetail, RunSummary } from '#core/contracts/http/runs.ts';
import type { RunLogEvent } from '#core/contracts/run-log.ts';
import { RUN_STATUSES, type RunStatus } from '#core/domain/run/run.ts';
import { claimed, submitted } from '../../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from '../api-scene.ts';

/** Sections 1.3, 1.4 and 3.3 of the contract that clients of the reference product know: runs, their logs, their changes. */

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene();
  ({ key } = await scene.keyFor(['read']));
});
afterAll(() => scene[Symbol.asyncDispose]());

const read = async (path: string): Promise<unknown> => (await scene.call(path, key)).json();
const AT = '2026-11-23T10:00:05.000Z';

describe('GET /api/runs/', () => {
  const WORDS: Readonly<Record<RunStatus, string>> = {
    queued: 'running',
    provisioning: 'running',
    running: 'running',
    awaiting_approval: 'running',
    publishing: 'running',
    succeeded: 'completed',
    unchanged: 'completed',
    failed: 'failed',
    cancelled: 'failed',
    timed_out: 'failed',
  };

  it.each(RUN_STATUSES)(
    'a run that is %s has the word that clients know, its times, and an error where it failed',
    async (state) => {
      const { store } = scene.opened;
      const { run, request } = await submitted(store, { run: { status: 'queued' } });
      const failure = { code: 'agent', message: 'The agent gave up' } as const;
      const isFailed = WORDS[state] === 'failed';
      await scene.sql(`update run set status = '${state}' where id = '${run.id}'`);
      const patch = new TextEncoder().encode('diff --git a/x b/x\n+é\n');
      await scene.sql(
        `insert into run_result (run_id, patch) values ('${run.id}', '\\x${Buffer.from(patch).toString('hex')}')`,
      );
      if (isFailed)
        await scene.sql(
          `update run set failure = '${JSON.stringify({ ...failure, retryable: false })}' where id = '${run.id}'`,
        );
      const detail = RunDetail.parse(await read(`/runs/${run.id}/`));
      const listed = z.array(RunSummary).parse(await read(`/runs/?request_id=${request.id}`));
      expect(listed).toMatchObject([
        {
          ...{ id: run.id, request_id: request.id, status: WORDS[state], state, started_at: null, finished_at: null },
          request_title: expect.any(String),
          diff_size: patch.length,
        },
      ]);
      expect(detail).toMatchObject({ ...listed[0], diff: 'diff --git a/x b/x\n+é\n', reports: {} });
      expect(detail.error).toBe(isFailed ? failure.message : undefined);
    },
  );
});

/** Every type of event that section 3.3 knows and that a log holds, each with the fields it may have. */
const EVENTS: readonly Partial<RunLogEvent>[] = [
  { type: 'user_prompt', message: '  do "it"\n\tplease ' },
  { type: 'user_message', message: 'and that' },
  { type: 'status', stage: 'provisioning', message: 'Provisioning' },
  { type: 'status', stage: 'workspace', message: 'Container up' },
  { type: 'status', stage: 'clone', message: 'Checked out main' },
  { type: 'status', stage: 'codex', message: 'Starting' },
  { type: 'command', stage: 'codex', command: "sh -c 'echo 1'", cwd: '/workspace' },
  { type: 'log', stage: 'codex', message: '1' },
  { type: 'log', stage: 'codex', message: 'exit code 2', exit_code: 2 },
  { type: 'assistant_message', stage: 'chat', message: 'Done.' },
  { type: 'status', stage: 'diff', message: 'Diff collected' },
  { type: 'status', stage: 'git', message: 'Pushed' },
  { type: 'status', stage: 'mr', message: 'Opened https://host/pull/1' },
  { type: 'error', stage: 'failed', message: 'It broke', exit_code: 1 },
  { type: 'completed', message: 'Run completed', final: true },
];

async function aRunThatSaid(events: readonly Partial<RunLogEvent>[]) {
  const { store } = scene.opened;
  const { run, request } = await submitted(store);
  const ids = { v: 1 as const, request_id: request.id, run_id: run.id, created_at: AT };
  const log = events.map(({ type = 'log', ...event }) => ({ ...ids, type, ...event }));
  const change = { number: 3, url: 'https://git.example/pull/3' };
  const result = { patch: new TextEncoder().encode('diff --git a/x b/x\n'), session: null };
  await store.runs.advance(await claimed(store, run), {
    ...{ log, result, request: 'MR_OPENED' },
    run: { status: 'succeeded', startedAt: AT, finishedAt: AT, finalMessage: 'Done.', change },
  });
  return { run, request, log };
}

describe('a run log', () => {
  it('tells every type of event with its fields, the same from the run and from both streams', async () => {
    const { run, request, log } = await aRunThatSaid(EVENTS);
    const { events } = RunDetail.parse(await read(`/runs/${run.id}`));
    expect(events.slice(1)).toEqual(log);
    for (const path of [
      `/runs/${request.id}/logs/stream`,
      `/runs/${run.id}/logs/stream/`,
      `/requests/${request.id}/logs/stream`,
    ]) {
      const answer = await scene.call(path, key, { headers: { accept: 'text/event-stream' } });
      expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(answer.headers.get('cache-control')).toContain('no-cache');
      expect(answer.headers.get('x-accel-buffering')).toBe('no');
      const [ready = '', ...frames] = (await answer.text()).split('\n\n').filter((frame) => frame !== '');
      const hello = { request_id: request.id, type: 'heartbeat', message: 'stream_ready' };
      expect(ready).toBe(`event: message\ndata: ${JSON.stringify(hello)}`);
      expect(frames.map((frame) => /^event: message\nid: \d+\ndata: (.*)$/.exec(frame)?.[1] ?? frame)).toEqual(
        events.map((event) => JSON.stringify(event)),
      );
    }
  });

  it('that was over before it said anything is 204, so that a page does not come back', async () => {
    const { store } = scene.opened;
    const { run, request } = await submitted(store);
    const silent = () => scene.call(`/runs/${run.id}/logs/stream`, key);
    await scene.sql(`delete from run_log where request_id = '${request.id}'`);
    const live = await silent();
    expect(live.status).toBe(200);
    await live.body?.cancel();
    await scene.sql(`update run set status = 'cancelled' where id = '${run.id}'`);
    expect((await silent()).status).toBe(204);
    expect((await scene.call(`/requests/${request.id}/logs/stream`, key)).status).toBe(204);
  });

  it.each(['x', '-1', '1.5', '1e99'])('is not followed from %s, which is no place in it', async (place) => {
    const { run } = await aRunThatSaid([]);
    const answer = await scene.call(`/runs/${run.id}/logs/stream`, key, { headers: { 'last-event-id': place } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ 'last-event-id': [expect.any(String)] });
  });
});

describe('GET /api/merge-requests/', () => {
  it('lists the change of each request once, newest first, and reads it with its diff', async () => {
    const [older, newer] = [await aRunThatSaid([]), await aRunThatSaid([])];
    await scene.sql(`update run set created_at = '2031-01-01' where id = '${older.run.id}'`);
    await scene.sql(`update run set created_at = '2032-01-01' where id = '${newer.run.id}'`);
    const listed = z.array(MergeRequestSummary).parse(await read('/merge-requests/?limit=2'));
    expect(listed.map(({ id }) => id)).toEqual([newer.request.id, older.request.id]);
    const detail = MergeRequestDetail.parse(await read(`/merge-requests/${newer.request.id}/`));
    expect(detail).toEqual({ ...listed[0], diff: 'diff --git a/x b/x\n' });
    expect(detail).toMatchObject({
      ...{ request_id: newer.request.id, status: 'OPEN', ref: 'https://git.example/pull/3', created_at: AT },
      ...{ source_branch: `astraforge/${newer.request.id}`, target_branch: 'main', description: 'Done.' },
      title: detail.request_title,
    });
  });

  it.each([
    ['merged', 'MERGED'],
    ['closed', 'CLOSED'],
  ] as const)('knows that a change was %s', async (how, status) => {
    const { request } = await aRunThatSaid([]);
    await scene.opened.store.conversations.end(request.id, how);
    expect(await read(`/merge-requests/${request.id}`)).toMatchObject({ status });
  });

  it('of a request without one is 404, and so are those of another tenant', async () => {
    const { request } = await submitted(scene.opened.store);
    await scene.opened.store.tenants.add({ id: 'umbra', name: 'Umbra' });
    const { key: foreign } = await scene.keyFor(['read'], 'umbra');
    const made = await aRunThatSaid([]);
    for (const [id, by] of [
      [request.id, key],
      [randomUUID(), key],
      [made.request.id, foreign],
    ] as const)
      expect((await scene.call(`/merge-requests/${id}`, by)).status).toBe(404);
    for (const list of ['runs', 'requests', 'merge-requests'])
      expect(await (await scene.call(`/${list}/`, foreign)).json()).toEqual([]);
    for (const stream of [`/runs/${made.run.id}/logs/stream`, `/runs/${made.request.id}/logs/stream`])
      expect((await scene.call(stream, foreign)).status).toBe(404);
  });
});
