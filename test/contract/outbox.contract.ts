import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { JOB_NAMES, type Job, type JobName } from '#core/contracts/jobs.ts';
import { drained, type StoreSubjects } from './store-subject.ts';

const LONG_MS = 60_000;
/** An announcement has arrived by then; should it be slower, it still comes in time. */
const HEARD_MS = 100;

function someJobs(count: number): Job[] {
  return Array.from({ length: count }, () => ({ name: 'execute-run', payload: { runId: randomUUID() } }));
}

/** One job of every name there is; one without a line here does not compile. */
const OF_EACH_NAME: { readonly [Name in JobName]: () => Extract<Job, { readonly name: Name }> } = {
  'handle-delivery': () => ({ name: 'handle-delivery', payload: { deliveryId: randomUUID() } }),
  'execute-run': () => ({ name: 'execute-run', payload: { runId: randomUUID() } }),
  'report-progress': () => ({ name: 'report-progress', payload: { requestId: randomUUID() } }),
  'continue-request': () => ({ name: 'continue-request', payload: { requestId: randomUUID() } }),
  'follow-incident': () => ({ name: 'follow-incident', payload: { incidentId: randomUUID() } }),
};
/** As a later version would write it. */
const OF_TOMORROW: Job = JSON.parse('{"name":"of-tomorrow","payload":{}}');

/** What the outbox promises. */
export function outboxContract(subjectOf: StoreSubjects): void {
  describe('outbox', () => {
    beforeEach(() => subjectOf().empty());

    test('jobs come out once, in the order of commit, each with an id of its own', async () => {
      const { store } = subjectOf();
      const jobs = someJobs(5);
      await store.outbox.enqueue(jobs.slice(0, 2));
      await store.outbox.enqueue(jobs.slice(2));
      const entries = await drained(store);
      expect(entries.map(({ job }) => job)).toEqual(jobs);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(5);
      expect(entries.map(({ delayMs }) => delayMs)).toEqual([0, 0, 0, 0, 0]);
      expect(await drained(store)).toEqual([]);
    });

    test.each(JOB_NAMES)('a job of name %s comes out as it was put in', async (name) => {
      const { store } = subjectOf();
      const job = OF_EACH_NAME[name]();
      await store.outbox.enqueue([job]);
      expect((await drained(store)).map((entry) => entry.job)).toEqual([job]);
    });

    test('a job that only a later version knows is handed to nobody and holds nobody up', async () => {
      const { store } = subjectOf();
      const known = someJobs(2);
      await store.outbox.enqueue([...known.slice(0, 1), OF_TOMORROW, ...known.slice(1)]);
      expect((await drained(store)).map(({ job }) => job)).toEqual(known);
      expect(await drained(store)).toEqual([]);
    });

    test('a delayed job is handed on with what is left of its delay', async () => {
      const { store } = subjectOf();
      await store.outbox.enqueue(someJobs(1), LONG_MS);
      const [entry] = await drained(store);
      expect(entry?.delayMs).toBeGreaterThan(LONG_MS - 10_000);
      expect(entry?.delayMs).toBeLessThanOrEqual(LONG_MS);
    });

    test('relays that drain at the same time never share an entry', async () => {
      const { store } = subjectOf();
      await store.outbox.enqueue(someJobs(60));
      const handed: string[] = [];
      const counts = await Promise.all(
        Array.from({ length: 4 }, () => store.outbox.drain(30, async ({ id }) => void handed.push(id))),
      );
      const rest = await drained(store);
      expect(counts.reduce((sum, count) => sum + count, 0) + rest.length).toBe(60);
      expect(new Set([...handed, ...rest.map(({ id }) => id)]).size).toBe(60);
    });

    test('an entry whose delivery fails stays, the others go, and the failure is thrown', async () => {
      const { store } = subjectOf();
      const jobs = someJobs(3);
      await store.outbox.enqueue(jobs);
      const refuse = async ({ job }: { job: Job }) => {
        if (job === undefined || JSON.stringify(job) === JSON.stringify(jobs[1])) throw new Error('the queue is away');
      };
      await expect(store.outbox.drain(10, refuse)).rejects.toThrow('the queue is away');
      expect((await drained(store)).map(({ job }) => job)).toEqual([jobs[1]]);
    });

    test('no more than asked for is taken', async () => {
      const { store } = subjectOf();
      await store.outbox.enqueue(someJobs(3));
      expect(await store.outbox.drain(2, async () => undefined)).toBe(2);
      expect(await drained(store)).toHaveLength(1);
    });

    test('a commit wakes the one who waits, and one that came before is not missed', async () => {
      const { store } = subjectOf();
      const never = new AbortController().signal;
      await store.outbox.awaitCommit(1, never);
      const woken = store.outbox.awaitCommit(LONG_MS, never);
      await store.outbox.enqueue(someJobs(1));
      await woken;
      await store.outbox.enqueue(someJobs(1));
      await wait(HEARD_MS);
      await store.outbox.awaitCommit(LONG_MS, never);
      expect(await drained(store)).toHaveLength(2);
    });

    test('waiting ends at its time and at an abort', async () => {
      const { store } = subjectOf();
      const abort = new AbortController();
      await store.outbox.awaitCommit(50, abort.signal);
      const waiting = store.outbox.awaitCommit(LONG_MS, abort.signal);
      abort.abort();
      await waiting;
      await store.outbox.awaitCommit(LONG_MS, abort.signal);
      expect(abort.signal.aborted).toBe(true);
    });
  });
}
