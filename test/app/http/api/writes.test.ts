import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { claimed, submitted } from '../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';
import { decides as callDecided } from './decides.ts';

const PNG = `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(24)]).toString('base64')}`;

let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene({ callWaitMs: 10_000 });
  ({ key } = await scene.keyFor(['run']));
});
afterAll(() => scene[Symbol.asyncDispose]());

function post(path: string, body: unknown, { as = key, idempotencyKey = '' } = {}): Promise<Response> {
  return scene.call(path, as, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...(idempotencyKey === '' ? {} : { 'idempotency-key': idempotencyKey }),
    },
  });
}

const decides = (outcome: string) => callDecided(scene, outcome);

const NEW = { project_id: randomUUID(), prompt: '  do\n\n\tthis ' };

describe('what is called for', () => {
  it('reaches the workers with every white space, and what they refuse is told by field', async () => {
    const [answer, call] = await Promise.all([
      post('/requests/', { ...NEW, sender: 'ada@example.com', llm_model: 'm', reasoning_effort: 'low', tenant_id: '' }),
      decides('refused project_id: There is no such repository link.'),
    ]);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ project_id: ['There is no such repository link.'] });
    expect(call).toMatchObject({
      ...{
        kind: 'request',
        prompt: NEW.prompt,
        source: 'direct_user',
        sender: 'ada@example.com',
        tenant_id: 'default',
      },
      ...{ by: { login: 'ada' }, options: { llm_model: 'm', reasoning_effort: 'low' }, pictures: [] },
    });
  });

  it('is refused with the field that is at fault, before anything is on record', async () => {
    const faults: [unknown, string][] = [
      [{ ...NEW, project_id: 'tool' }, 'project_id'],
      [{ ...NEW, prompt: ' \n ' }, 'prompt'],
      [{ ...NEW, id: '7' }, 'id'],
      [{ ...NEW, sender: 'nobody' }, 'sender'],
      [{ ...NEW, reasoning_effort: 'extreme' }, 'reasoning_effort'],
      [{ ...NEW, attachments: Array.from({ length: 6 }, () => ({ uri: PNG, name: 'a' })) }, 'attachments'],
      [{ ...NEW, attachments: [{ uri: 'https://host/a.png', name: 'a.png' }] }, 'attachments'],
      [{ ...NEW, attachments: [{ uri: `data:image/png;base64,${btoa('<svg/>')}`, name: 'a.png' }] }, 'attachments'],
      [{ ...NEW, attachments: [{ uri: `data:text/plain;base64,${btoa('hello')}`, name: 'a.txt' }] }, 'attachments'],
    ];
    for (const [body, field] of faults) {
      const answer = await post('/requests', body);
      expect(answer.status, field).toBe(400);
      expect(Object.keys(z.record(z.string(), z.array(z.string())).parse(await answer.json()))).toEqual([field]);
    }
  });

  it('takes pictures along, by what they are and not by what they call themselves', async () => {
    const { request } = await submitted(scene.opened.store);
    const attachments = [{ uri: PNG, name: 'shot.jpg', content_type: 'image/jpeg' }];
    const [answer, call] = await Promise.all([
      post('/chat/', { request_id: request.id, message: ' more\n', attachments }),
      decides('done'),
    ]);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ status: 'received' });
    expect(call).toMatchObject({ kind: 'follow-up', message: ' more\n', pictures: [{ content_type: 'image/png' }] });
  });

  it('approves and begins again without a body, and says why not with 409', async () => {
    const { request } = await submitted(scene.opened.store);
    const bare = (path: string) => scene.call(path, key, { method: 'POST' });
    for (const path of [`/chat/${request.id}/approve/`, `/requests/${request.id}/execute/`]) {
      const [taken] = await Promise.all([bare(path), decides('done')]);
      expect([taken.status, await taken.json()]).toEqual([202, { status: 'queued' }]);
      const [refused] = await Promise.all([bare(path), decides('refused: Not now.')]);
      expect([refused.status, await refused.json()]).toEqual([409, { detail: 'Not now.' }]);
    }
  });

  it('is of the tenant’s own requests only', async () => {
    await scene.opened.store.tenants.add({ id: 'umbra', name: 'Umbra' });
    const { request } = await submitted(scene.opened.store);
    const { key: foreign } = await scene.keyFor(['run'], 'umbra');
    const answer = await post('/chat', { request_id: request.id, message: 'hello' }, { as: foreign });
    expect(answer.status).toBe(404);
  });

  it('takes no token of a client’s and says what to do instead', async () => {
    const body = { provider: 'github', repository: 'octo/tool', access_token: 'ghp_secret' };
    const answer = await post('/repository-links/', body, { as: scene.adminKey });
    expect(answer.status).toBe(400);
    const why = await answer.text();
    expect(why).toMatch(/^\{"access_token":\[/);
    expect(why).toContain('Install the App');
    expect(why).not.toContain('ghp_secret');
  });
});

describe('a call with an Idempotency-Key', () => {
  it('is done once and answered the same again; with another body it is refused', async () => {
    const idempotencyKey = randomUUID();
    const [first] = await Promise.all([
      post('/requests', NEW, { idempotencyKey }),
      decides('refused project_id: There is no such repository link.'),
    ]);
    const again = await post('/requests/', NEW, { idempotencyKey });
    expect([again.status, await again.json()]).toEqual([first.status, await first.json()]);
    const other = await post('/requests', { ...NEW, prompt: 'else' }, { idempotencyKey });
    expect(other.status).toBe(422);
    const { key: another } = await scene.keyFor(['run']);
    const [anew] = await Promise.all([
      post('/requests', NEW, { idempotencyKey, as: another }),
      decides('refused id: x'),
    ]);
    expect(await anew.json()).toEqual({ id: ['x'] });
  });

  it('never keeps a key that it made, and makes none twice', async () => {
    const call = [{ name: 'ci' }, { as: scene.adminKey, idempotencyKey: randomUUID() }] as const;
    const made = await post('/api-keys', ...call);
    expect(made.status).toBe(201);
    expect((await post('/api-keys', ...call)).status).toBe(409);
    const listed = z
      .array(z.object({ name: z.string() }))
      .parse(await (await scene.call('/api-keys', scene.adminKey)).json());
    expect(listed.filter(({ name }) => name === 'ci')).toHaveLength(1);
  });

  it('that cannot be done as things stand is told so again, and is not tried again', async () => {
    const { request, run } = await submitted(scene.opened.store);
    await claimed(scene.opened.store, run);
    const say = () => post('/chat', { request_id: request.id, message: 'x' }, { idempotencyKey: 'a-key-of-mine' });
    const [refused] = await Promise.all([say(), decides('refused: Not now.')]);
    expect(refused.status).toBe(409);
    const again = await say();
    expect([again.status, await again.json()]).toEqual([409, { detail: 'Not now.' }]);
  });
});

describe('each caller', () => {
  it('is told how many calls are left, and to come again later', async () => {
    await using few = await openApiScene({ callsPerMinute: 2 });
    const { key: one } = await few.keyFor(['read']);
    const { key: other } = await few.keyFor(['read']);
    const first = await few.call('/runs', one);
    expect([first.status, first.headers.get('ratelimit-limit'), first.headers.get('ratelimit-remaining')]).toEqual([
      200,
      '2',
      '1',
    ]);
    await few.call('/runs', one);
    const third = await few.call('/runs', one);
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(z.object({ detail: z.string() }).safeParse(await third.json()).success).toBe(true);
    expect((await few.call('/runs', other)).status).toBe(200);
  });
});
