import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { submitted } from '../../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from '../api-scene.ts';
import { decides } from '../decides.ts';

let scene: ApiScene;
beforeAll(async () => {
  scene = await openApiScene({ callWaitMs: 60_000 });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Says something to a request under an Idempotency-Key. */
const say = (requestId: string, message: string, key: string): Promise<Response> =>
  scene.call('/chat/', scene.adminKey, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ request_id: requestId, message }),
  });
const ageBy = (interval: string) =>
  scene.sql(`update idempotent_call set begun_at = begun_at - interval '${interval}'`);
const begun = () => scene.sql('select 1 from idempotent_call where answer is null');

it('a key is 409 with Retry-After while its first call is at work, 422 for another call, then answered as the first', async () => {
  const { request } = await submitted(scene.opened.store);
  const key = randomUUID();
  const first = say(request.id, 'more', key);
  await expect.poll(begun).toHaveLength(1);
  const second = await say(request.id, 'more', key);
  expect([second.status, second.headers.get('retry-after')]).toEqual([409, '1']);
  expect(await second.json()).toEqual({ detail: expect.stringContaining('is at work') });
  for (const other of [await say(request.id, 'else', key), await say(randomUUID(), 'more', key)]) {
    expect(other.status).toBe(422);
    expect(await other.json()).toEqual({ detail: expect.stringContaining('another call') });
  }
  const elsewhere = await scene.call(`/chat/${request.id}/approve/`, scene.adminKey, {
    method: 'POST',
    headers: { 'idempotency-key': key },
  });
  expect(elsewhere.status).toBe(422);
  await decides(scene, 'done');
  expect((await first).status).toBe(202);
  const again = await say(request.id, 'more', key);
  expect([again.status, await again.json()]).toEqual([202, { status: 'received' }]);
});

it('a call whose process died is taken over after a minute and no sooner, and is still one call', async () => {
  const { request } = await submitted(scene.opened.store);
  const key = randomUUID();
  const dying = say(request.id, 'more', key);
  await expect.poll(begun).toHaveLength(1);
  await ageBy('55 seconds');
  expect((await say(request.id, 'more', key)).status).toBe(409);
  await ageBy('6 seconds');
  expect((await say(request.id, 'else', key)).status).toBe(422);
  const taking = say(request.id, 'more', key);
  await expect
    .poll(() =>
      scene.sql(`select 1 from idempotent_call where begun_at > now() - interval '50 seconds' and answer is null`),
    )
    .toHaveLength(1);
  await decides(scene, 'done');
  expect([(await taking).status, (await dying).status]).toEqual([202, 202]);
  const calls = await scene.sql(
    `select 1 from delivery where provider = 'api' and event = 'follow-up' and outcome = 'done'`,
  );
  expect(calls).toHaveLength(2);
});

it('an answer is kept for a day; the same call under the same key is the same call for good', async () => {
  const { request } = await submitted(scene.opened.store);
  const key = randomUUID();
  const [first] = await Promise.all([say(request.id, 'more', key), decides(scene, 'done')]);
  expect(first.status).toBe(202);
  const calls = () => scene.sql(`select 1 from delivery where provider = 'api'`);
  const before = (await calls()).length;
  await ageBy('23 hours 59 minutes');
  expect((await say(request.id, 'else', key)).status).toBe(422);
  await ageBy('2 minutes');
  expect((await say(request.id, 'more', key)).status).toBe(202);
  expect(await calls()).toHaveLength(before);
});

it.each(['', 'with space', 'é', 'x'.repeat(256)])('a key that is none is refused: %j', async (key) => {
  const answer = await say(randomUUID(), 'more', key);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ detail: expect.stringContaining('Idempotency-Key') });
});
