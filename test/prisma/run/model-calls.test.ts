import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelCall, ModelCalls } from '#core/ports/model-calls.ts';
import type { Store } from '#core/ports/store.ts';
import { openPostgres } from '../../../prisma/database/client.ts';
import type { Database } from '../../../prisma/database/database.ts';
import { openInbox } from '../../../prisma/conversation/inbox.ts';
import { migrate } from '../../../prisma/database/migrate.ts';
import { openModelCalls } from '../../../prisma/run/model-calls.ts';
import { openPglite, type Embedded } from '../../../prisma/database/pglite.ts';
import { openRuns } from '../../../prisma/run/runs.ts';
import { openStore } from '../../../prisma/store.ts';
import { aCall } from '../../contract/a-call.ts';
import { submitted } from '../../contract/store-subject.ts';
import { describeWith } from '../../services/describe-with.ts';
import { startPostgres, type Postgres } from '../../services/start-postgres.ts';

const MIGRATIONS = path.join(import.meta.dirname, '../../../prisma/migrations');
const RUN_BYTES_MAX = 100_000;
/** Compressed, with the small request: a little more than a fifth of the bound, so that four fit. */
const RESPONSE_BYTES = 28_000;

/** Base64 of chance: gzip makes it 0.76 of its length, and no less. */
const noise = () => randomBytes((RESPONSE_BYTES / 4) * 3).toString('base64');

interface Subject {
  readonly calls: ModelCalls;
  readonly store: Pick<Store, 'inbox' | 'runs'>;
}

async function statuses({ calls }: Subject, runId: string): Promise<number[]> {
  return (await calls.readCalls(runId, 1_000)).map(({ status }) => status);
}

function boundCases(subjectOf: () => Subject): void {
  const bigCalls = (runId: string, count: number): ModelCall[] =>
    Array.from({ length: count }, (_, index) => aCall(runId, { status: 200 + index, response: noise() }));

  test('a run keeps the newest calls that fit its bound, and no other run loses any', async () => {
    const { calls, store } = subjectOf();
    const { run } = await submitted(store);
    const other = await submitted(store);
    await calls.recordCall(aCall(other.run.id));
    const recorded: number[] = [];
    for (const call of bigCalls(run.id, 9)) {
      await calls.recordCall(call);
      recorded.push(call.status);
      expect(await statuses(subjectOf(), run.id)).toEqual(recorded.slice(-4));
    }
    expect(await statuses(subjectOf(), other.run.id)).toEqual([200]);
  });

  test('calls that end together are all recorded, and after the next one they keep the bound', async () => {
    const { calls, store } = subjectOf();
    const { run } = await submitted(store);
    await Promise.all(bigCalls(run.id, 4).map((call) => calls.recordCall(call)));
    expect((await statuses(subjectOf(), run.id)).toSorted((a, b) => a - b)).toEqual([200, 201, 202, 203]);
    await Promise.all(bigCalls(run.id, 20).map((call) => calls.recordCall(call)));
    await calls.recordCall(aCall(run.id, { status: 299 }));
    const kept = await statuses(subjectOf(), run.id);
    expect(kept).toHaveLength(5);
    expect(kept.at(-1)).toBe(299);
  });
}

function subjectOn(database: Database): Subject {
  const store = { inbox: openInbox(database), runs: openRuns(database) };
  return { calls: openModelCalls(database, RUN_BYTES_MAX), store };
}

describe('the bound of model calls on an embedded Postgres', () => {
  let database: Embedded;

  beforeAll(async () => {
    database = await openPglite({ memory: true });
    const { pglite } = database;
    const exec = (text: string) => pglite.exec(text);
    await migrate({ exec, query: (text, values) => pglite.query(text, [...values]) }, MIGRATIONS);
  });
  afterAll(() => database.close());

  boundCases(() => subjectOn(database));
});

describeWith(['postgres'], 'the bound of model calls on a Postgres server', () => {
  let postgres: Postgres;
  let database: Database;

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    await (await openStore({ kind: 'postgres', url })).store.close();
    database = openPostgres(url);
  });
  afterAll(async () => {
    await database.close();
    await postgres[Symbol.asyncDispose]();
  });

  boundCases(() => subjectOn(database));
});
