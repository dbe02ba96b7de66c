import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { eventually } from './eventually.ts';
import { DRAIN_MS, entryOf, idOf, RETRY, scene, type QueueSubject } from './queue-scene.ts';

/** What every queue and its consumer promise together; called once per implementation. */
export function jobQueueContract(name: string, subjectOf: () => QueueSubject): void {
  describe(`queue on ${name}`, () => {
    test('each kind of job reaches its handler with its payload', async () => {
      const subject = subjectOf();
      const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
      await subject.queue.add(entryOf(a));
      await subject.queue.add({ id: randomUUID(), job: { name: 'execute-run', payload: { runId: b } }, delayMs: 0 });
      await subject.queue.add({
        id: randomUUID(),
        job: { name: 'report-progress', payload: { requestId: c } },
        delayMs: 0,
      });
      await using on = await scene(subject);
      await eventually(async () => on.taken.length === 3);
      expect(on.taken.toSorted()).toEqual([a, b, c].toSorted());
    });

    test('the same entry added ten times is taken once', async () => {
      const subject = subjectOf();
      const entry = entryOf(randomUUID());
      const last = entryOf(randomUUID());
      await Promise.all(Array.from({ length: 10 }, () => subject.queue.add(entry)));
      await using on = await scene(subject);
      await eventually(async () => on.taken.length > 0);
      await subject.queue.add(entry);
      await subject.queue.add(last);
      await eventually(async () => on.taken.includes(idOf(last)));
      expect(on.taken).toEqual([idOf(entry), idOf(last)]);
    });

    test('a delayed job is taken after its delay and not before', async () => {
      const subject = subjectOf();
      await using on = await scene(subject);
      const entry = entryOf(randomUUID(), 400);
      const addedAt = Date.now();
      await subject.queue.add(entry);
      await eventually(async () => on.taken.includes(idOf(entry)));
      expect(Date.now() - addedAt).toBeGreaterThanOrEqual(395);
      expect(Date.now() - addedAt).toBeLessThan(3_000);
    });

    test('a retryable failure is started again until it succeeds', async () => {
      const subject = subjectOf();
      await using on = await scene(subject, async () => {
        if (on.taken.length < 3) throw new AppError('unavailable', 'Asking the host failed');
      });
      await subject.queue.add(entryOf(randomUUID()));
      await eventually(async () => on.taken.length === 3);
      await eventually(async () => on.records.length === 2);
      expect(on.records.map(({ level, fields }) => [level, fields['starts'], fields['delayMs']])).toEqual([
        ['warn', 1, 20],
        ['warn', 2, 40],
      ]);
    });

    test('starts are bounded, and the last failure is logged as one', async () => {
      const subject = subjectOf();
      await using on = await scene(subject, async () => {
        throw new AppError('unavailable', 'Asking the host failed');
      });
      await subject.queue.add(entryOf(randomUUID()));
      await eventually(async () => on.records.some(({ level }) => level === 'error'));
      expect(on.taken).toHaveLength(RETRY.startsMax);
      expect(on.records.filter(({ level }) => level === 'error')).toHaveLength(1);
    });

    test('a failure that no retry can help is logged once and over', async () => {
      const subject = subjectOf();
      await using on = await scene(subject, async (id) => {
        if (id === idOf(bad)) throw new Error('a bug');
      });
      const bad = entryOf(randomUUID());
      const next = entryOf(randomUUID());
      await subject.queue.add(bad);
      await eventually(async () => on.records.length > 0);
      await subject.queue.add(next);
      await eventually(async () => on.taken.includes(idOf(next)));
      expect(on.taken).toEqual([idOf(bad), idOf(next)]);
      expect(on.records.map(({ level, message }) => [level, message])).toEqual([['error', 'job failed']]);
    });

    test('a limited host is left alone for as long as it asks', async () => {
      const subject = subjectOf();
      const times: number[] = [];
      await using on = await scene(subject, async () => {
        times.push(Date.now());
        if (times.length === 1) throw new AppError('limited', 'Too many requests', { retryAfterMs: 500 });
      });
      await subject.queue.add(entryOf(randomUUID()));
      const [first = 0, second = 0] = await eventually(async () => times.length === 2 && times);
      expect(second - first).toBeGreaterThanOrEqual(495);
      expect(on.records).toHaveLength(1);
    });

    test('draining aborts what runs, waits for it and takes nothing more', async () => {
      const subject = subjectOf();
      const ended: string[] = [];
      const on = await scene(
        subject,
        async (id, signal) => {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          ended.push(id);
        },
        1,
      );
      const [first, second] = [entryOf(randomUUID()), entryOf(randomUUID())];
      await subject.queue.add(first);
      await eventually(async () => on.taken.length === 1);
      await subject.queue.add(second);
      await on.consumer.drain(DRAIN_MS);
      expect(ended).toEqual([idOf(first)]);
      expect(on.taken).toEqual([idOf(first)]);
      await using after = await scene(subject);
      await eventually(async () => after.taken.includes(idOf(second)));
      expect(after.taken).toEqual([idOf(second)]);
    });

    test('a job that is handed over while draining begins goes back to the queue unbegun', async () => {
      const subject = subjectOf();
      const entries = Array.from({ length: 40 }, () => entryOf(randomUUID()));
      const begunLate: string[] = [];
      const done = new Set<string>();
      const round = async () => {
        const on = await scene(subject, async (id, signal) => {
          if (signal.aborted) begunLate.push(id);
          await setTimeout(2);
          done.add(id);
        });
        const before = done.size;
        await eventually(async () => done.size > before || done.size === entries.length);
        await on.consumer.drain(DRAIN_MS);
      };
      await Promise.all(entries.map((entry) => subject.queue.add(entry)));
      for (let rounds = 0; rounds < 5; rounds += 1) await round();
      expect(begunLate).toEqual([]);
      await using _on = await scene(subject, async (id) => void done.add(id));
      await eventually(async () => done.size === entries.length);
    });

    test('draining does not wait longer than it may', async () => {
      const subject = subjectOf();
      const release = new AbortController();
      const on = await scene(
        subject,
        () => new Promise((resolve) => release.signal.addEventListener('abort', () => resolve(), { once: true })),
      );
      await subject.queue.add(entryOf(randomUUID()));
      await eventually(async () => on.taken.length === 1);
      const startedAt = Date.now();
      await on.consumer.drain(200);
      expect(Date.now() - startedAt).toBeLessThan(4_000);
      release.abort();
    });

    test('answers a ping', async () => {
      await expect(subjectOf().queue.ping()).resolves.toBeUndefined();
    });
  });
}
