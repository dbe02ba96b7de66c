import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Overview } from '#core/contracts/http/overview.ts';
import { RunExport } from '#core/contracts/http/run-export.ts';
import { Settings } from '#core/contracts/http/settings.ts';
import { aCall } from '../../../contract/a-call.ts';
import { aDecision, parked, said } from '../../../contract/a-conversation.ts';
import { anEvent, claimed, submitted } from '../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';

const SECRET = 'glpat-0123456789abcdefghij';
const variable = (name: string, value: string | null) => ({
  ...{ name, value, is_secret: value === null, is_set: true },
  description: 'What it is for',
});

let pings = 0;
let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene({
    settings: {
      variables: [variable('HOST', '0.0.0.0'), variable('API_ADMIN_KEY', null), variable('ODD', `x ${SECRET}`)],
      checks: [
        { name: 'postgres', check: async () => void (pings += 1) },
        { name: 'queue', check: () => Promise.reject(new Error('password=hunter2')) },
      ],
    },
  });
  ({ key } = await scene.keyFor(['read']));
});
afterAll(() => scene[Symbol.asyncDispose]());

describe('GET /api/overview', () => {
  it('has every day of the period, also those on which nothing happened', async () => {
    const { store } = scene.opened;
    const { run } = await submitted(store);
    const finishedAt = new Date().toISOString();
    await store.runs.advance(await claimed(store, run), { run: { status: 'failed', finishedAt, costUsd: 0.5 } });
    const overview = Overview.parse(await (await scene.call('/overview/?days=7', key)).json());
    expect(overview).toMatchObject({ days: 7, failed: 1, cost_usd: 0.5, median_sec_to_change: null });
    expect(overview.by_day).toHaveLength(7);
    expect(overview.by_day.at(-1)).toMatchObject({ day: finishedAt.slice(0, 10), failed: 1 });
    expect(overview.by_day[0]).toMatchObject({ failed: 0, cost_usd: 0, tokens: 0 });
  });

  it.each(['0', '91', 'many'])('refuses %s days and says which field is wrong', async (days) => {
    const answer = await scene.call(`/overview?days=${days}`, key);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ days: [expect.any(String)] });
  });
});

describe('GET /api/settings', () => {
  it('shows what is set and what answers, nothing secret, and is asked of the stores once for many who look', async () => {
    await scene.opened.store.processNotes.write({
      ...{ process: 'workers', instance: 'a', version: '0.0.0', variables: [variable('MENTION', 'astraforge')] },
      health: [
        { name: 'github', state: 'up', detail: null, latency_ms: 1, checked_at: '2026-11-23T10:00:00.000Z' },
        { name: 'gitlab', state: 'off', detail: null, latency_ms: null, checked_at: '2026-11-23T10:00:00.000Z' },
      ],
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => scene.call('/settings/', scene.adminKey)));
    const text = await answers[0]?.text();
    const settings = Settings.parse(JSON.parse(text ?? ''));
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('hunter2');
    expect(pings).toBe(1);
    expect(settings.variables.map(({ name, value }) => [name, value])).toEqual([
      ['API_ADMIN_KEY', null],
      ['HOST', '0.0.0.0'],
      ['MENTION', 'astraforge'],
      ['ODD', 'x [redacted]'],
    ]);
    expect(settings.health.map(({ name, state }) => [name, state])).toEqual([
      ['postgres', 'up'],
      ['queue', 'down'],
      ['workspaces', 'down'],
      ['github', 'up'],
      ['gitlab', 'off'],
      ['git', 'down'],
      ['model', 'down'],
    ]);
  });

  it('is for administrators', async () => {
    expect((await scene.call('/settings', key)).status).toBe(403);
  });
});

it('GET /api/sandbox/sessions is an empty list until there are any', async () => {
  expect(await (await scene.call('/sandbox/sessions/', key)).json()).toEqual([]);
});

describe('GET /api/runs/{id}/export', () => {
  it('is one JSON file with everything that is kept of the run, redacted', async () => {
    const { store } = scene.opened;
    const { request, run } = await submitted(store);
    await parked(store, run);
    await store.conversations.decide(await aDecision(store, run, { reason: `for ${SECRET}` }), []);
    await said(store, request, { text: `use ${SECRET}` });
    const log = Array.from({ length: 600 }, (_, at) => anEvent(run, `line ${at}`));
    await store.runs.advance(await claimed(store, run), {
      log,
      run: { status: 'succeeded' },
      result: { patch: new TextEncoder().encode(`+${SECRET}\n`), session: null },
    });
    for (let call = 0; call < 3; call += 1) await store.modelCalls.recordCall(aCall(run.id));
    const answer = await scene.call(`/runs/${run.id}/export/`, key);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="astraforge-run-${run.id}.json"`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const text = await answer.text();
    expect(text).not.toContain(SECRET);
    const exported = RunExport.parse(JSON.parse(text));
    expect(exported).toMatchObject({
      format: 'astraforge.run/1',
      request: { id: request.id },
      run: { id: run.id, state: 'succeeded', log_deleted_at: null },
      messages: [{ text: 'use [redacted]', author: { login: 'mona' } }],
      approvals: [{ decision: 'approve', author: { login: 'mona' }, reason: 'for [redacted]' }],
    });
    expect(exported.log.map(({ position }) => position)).toEqual(Array.from({ length: 601 }, (_, at) => at + 1));
    expect(exported.model_calls).toHaveLength(3);
  });

  it('of a run that said and did nothing is whole as well', async () => {
    const { run } = await submitted(scene.opened.store);
    const exported = RunExport.parse(await (await scene.call(`/runs/${run.id}/export`, key)).json());
    expect([exported.log.length, exported.model_calls, exported.messages]).toEqual([1, [], []]);
  });
});

describe('GET /api/runs', () => {
  it('is filtered by the names that people know', async () => {
    const { run } = await submitted(scene.opened.store, {
      request: {
        repo: { provider: 'gitlab', installationId: 0, id: 77, owner: 'group/sub', name: 'tool' },
        requester: { id: 8, login: 'Zoe', bot: false },
      },
    });
    for (const query of [
      'repository=Group/Sub/tool&requester=zoe&source=gitlab&state=queued',
      'repository=group/sub/tool&provider=gitlab',
      'requester=ZOE',
    ])
      expect(await (await scene.call(`/runs?${query}`, key)).json(), query).toMatchObject([{ id: run.id }]);
    expect(await (await scene.call('/runs?repository=group/sub/tool&provider=github', key)).json()).toEqual([]);
    expect((await scene.call('/runs?repository=tool', key)).status).toBe(400);
  });
});
