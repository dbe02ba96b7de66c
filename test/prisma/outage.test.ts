import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type OpenedStore } from '../../prisma/store.ts';
import { eventually } from '../contract/eventually.ts';
import { aDelivery, claimed, submitted } from '../contract/store-subject.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';

const DEADLINE_MS = 2_300;

describeWith(['postgres'], 'a Postgres that goes away', () => {
  let postgres: Postgres;
  let opened: OpenedStore;

  beforeAll(async () => {
    postgres = await startPostgres();
    opened = await openStore({ kind: 'postgres', url: await postgres.createDatabase() });
  });
  afterAll(async () => {
    await opened.store.close();
    await postgres[Symbol.asyncDispose]();
  });

  test('recording fails as unavailable in time, nothing that was recorded is lost, and all goes on after the restart', async () => {
    const { store } = opened;
    const known = aDelivery();
    await store.inbox.record(known);
    const { run } = await submitted(store);
    const claim = await claimed(store, run);
    await store.outbox.awaitCommit(1_000, new AbortController().signal);
    await postgres.crash();
    const startedAt = Date.now();
    const lost = aDelivery();
    const calls = [
      store.inbox.record(lost),
      store.inbox.record(aDelivery()),
      store.runs.heartbeat(claim),
      store.runs.readRun(run.id),
      store.log.readLog(run.requestId, 0, 10),
      store.ping(),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', retryable: true } });
    }
    expect(Date.now() - startedAt).toBeLessThan(DEADLINE_MS);
    await postgres.resume();
    await eventually(() =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(await store.inbox.record(aDelivery({ guid: known.guid }))).toBe('repeated');
    expect(await store.inbox.record(lost)).toBe('recorded');
    expect(await store.runs.heartbeat(claim)).toBe('held');
  });

  test('who waits for commits hears of them again after a restart', async () => {
    const { store } = opened;
    const { signal } = new AbortController();
    await store.outbox.awaitCommit(200, signal);
    await postgres.crash();
    await postgres.resume();
    await eventually(() =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    // The return of the connection is itself an announcement, since commits may have been missed.
    await store.outbox.awaitCommit(20_000, signal);
    const waitedSince = Date.now();
    const woken = store.outbox.awaitCommit(20_000, signal);
    await store.inbox.record(aDelivery());
    await woken;
    expect(Date.now() - waitedSince).toBeLessThan(10_000);
  });

  test('a server that accepts and then says nothing costs no more than the deadline', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const startedAt = Date.now();
    const url = `postgresql://nobody:nothing@127.0.0.1:${port}/none`;
    await expect(openStore({ kind: 'postgres', url })).rejects.toMatchObject({ code: 'unavailable' });
    expect(Date.now() - startedAt).toBeLessThan(DEADLINE_MS);
    silent.close();
  });
});
