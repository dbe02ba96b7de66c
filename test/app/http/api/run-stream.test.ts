import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RunLogEvent } from '#core/contracts/run-log.ts';
import { eventually } from '../../../contract/eventually.ts';
import { anEvent, claimed, submitted } from '../../../contract/store-subject.ts';
import { openApiScene, type ApiScene } from './api-scene.ts';

const PACE = { keepaliveMs: 100, recheckMs: 100 };
let scene: ApiScene;
let key: string;
beforeAll(async () => {
  scene = await openApiScene({ streamPace: PACE });
  ({ key } = await scene.keyFor(['read']));
});
afterAll(() => scene[Symbol.asyncDispose]());

/** An event of the log, or the first frame, which has less. */
const Data = RunLogEvent.partial().extend({ type: z.string() });

interface Frame {
  readonly id: number | undefined;
  readonly data: z.infer<typeof Data>;
}

const follow = (id: string, after?: number, by = key) =>
  scene.call(`/runs/${id}/logs/stream`, by, after === undefined ? {} : { headers: { 'last-event-id': String(after) } });

function framesIn(text: string): Frame[] {
  const frames = text.split('\n\n').filter((frame) => frame.includes('data: '));
  return frames.map((frame) => ({
    id: /^id: (\d+)$/m.exec(frame)?.[1] === undefined ? undefined : Number(/^id: (\d+)$/m.exec(frame)?.[1]),
    data: Data.parse(JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? 'null')),
  }));
}

/** A run that has said `count` lines, and the way to let it say more and end. */
async function aTalkingRun(count: number) {
  const { store, runLogStream } = scene.opened;
  const { request, run } = await submitted(store);
  const claim = await claimed(store, run);
  const advance = async (step: Parameters<typeof store.runs.advance>[1]): Promise<void> => {
    const placed = await store.runs.advance(claim, step);
    if (placed !== 'lost') await runLogStream.publish(request.id, placed);
  };
  const say = (...messages: string[]) => advance({ log: messages.map((message) => anEvent(run, message)) });
  await say(...Array.from({ length: count }, (_, at) => `line ${at}`));
  const end = (status: 'succeeded' | 'failed' | 'cancelled', final = true) =>
    advance({
      run: { status },
      log: final
        ? [{ ...anEvent(run, status), type: status === 'succeeded' ? 'completed' : 'error', final: true }]
        : [],
    });
  return { request, run, say, end };
}

describe('a stream of a run’s log', () => {
  it.each(['succeeded', 'failed', 'cancelled'] as const)(
    'ends when the run %s, with everything in order',
    async (status) => {
      const { run, say, end } = await aTalkingRun(3);
      const answer = await follow(run.id);
      expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      await say('later');
      await end(status);
      const [ready, ...frames] = framesIn(await answer.text());
      expect(ready).toMatchObject({ id: undefined, data: { type: 'heartbeat', message: 'stream_ready' } });
      expect(frames.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(frames.at(-1)?.data.message).toBe(status);
    },
  );

  it('ends also when a run was given up without a last word', async () => {
    const { run, end } = await aTalkingRun(1);
    const answer = await follow(run.id);
    await end('failed', false);
    expect(framesIn(await answer.text()).map(({ id }) => id)).toEqual([undefined, 1, 2]);
  });

  it('goes on after the last event a client had, whichever that was, and tells one that has all not to come back', async () => {
    const { run, end } = await aTalkingRun(300);
    await end('succeeded');
    const total = 302;
    for (const after of [1, 2, 150, 255, 256, 257, 300, total - 1]) {
      const frames = framesIn(await (await follow(run.id, after)).text()).slice(1);
      expect(frames.map(({ id }) => id)).toEqual(Array.from({ length: total - after }, (_, at) => after + at + 1));
    }
    expect((await follow(run.id, total)).status).toBe(204);
  });

  it('by the id of the request tells of all its runs', async () => {
    const { request, run, end } = await aTalkingRun(2);
    await end('succeeded');
    const frames = framesIn(await (await follow(request.id)).text()).slice(1);
    expect(frames.map(({ data }) => data.run_id)).toEqual(Array(4).fill(run.id));
  });

  it('holds nothing but ASCII on the wire, and says the same', async () => {
    const { run, say, end } = await aTalkingRun(0);
    const message = 'Å naïve \u2028 line, 🙏 and \u0085';
    await say(message);
    await end('succeeded');
    const text = await (await follow(run.id)).text();
    expect(text).toMatch(/^[\x00-\x7f]*$/);
    expect(framesIn(text).map(({ data }) => data.message)).toContain(message);
  });

  it('of a log that was deleted because of its age says so, goes on after it, and tells who knows it not to come back', async () => {
    const { request, run, end } = await aTalkingRun(3);
    await end('succeeded');
    const { pruning } = scene.opened.store;
    await eventually(async () => (await pruning.logs(0)) > 0);
    for (const id of [run.id, request.id]) {
      const [, ...frames] = framesIn(await (await follow(id)).text());
      expect(frames).toMatchObject([{ id: 5, data: { type: 'status', stage: 'log_deleted', request_id: request.id } }]);
      expect((await follow(id, 5)).status).toBe(204);
    }
  });

  it('looks the right to read up again every 60 s, and says something every 15 s', async () => {
    const works = new Map<number, () => void>();
    const every = (ms: number, work: () => void) => {
      works.set(ms, work);
      return () => void works.delete(ms);
    };
    await using own = await openApiScene({ streamPace: { every } });
    const { run } = await submitted(own.opened.store);
    const reader = await own.keyFor(['read']);
    const answer = await own.call(`/runs/${run.id}/logs/stream`, reader.key);
    expect([...works.keys()]).toEqual([15_000, 60_000]);
    const whole = answer.text().catch(() => 'cut');
    works.get(60_000)?.();
    works.get(15_000)?.();
    await own.call(`/api-keys/${reader.id}`, own.adminKey, { method: 'DELETE' });
    works.get(60_000)?.();
    await whole;
    await eventually(async () => works.size === 0);
  });

  it('says something while nothing happens, and ends soon after its key was revoked', async () => {
    const { run } = await aTalkingRun(1);
    const own = await scene.keyFor(['read']);
    const answer = await follow(run.id, undefined, own.key);
    const reader = answer.body?.getReader();
    let whole = '';
    const read = async (): Promise<void> => {
      for (;;) {
        const piece = await reader?.read();
        if (piece?.value === undefined) return;
        whole += new TextDecoder().decode(piece.value);
      }
    };
    const ended = read().catch(() => undefined);
    await scene.call(`/api-keys/${own.id}`, scene.adminKey, { method: 'DELETE' });
    await ended;
    expect(whole).toContain(': keepalive\n\n');
  });
});
