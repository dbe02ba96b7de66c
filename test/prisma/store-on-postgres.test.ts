import { afterAll, beforeAll } from 'vitest';
import { openStore, type OpenedStore } from '../../prisma/store.ts';
import { runLogStreamContract } from '../contract/run-log-stream.contract.ts';
import { storeContract } from '../contract/store.contract.ts';
import { describeWith } from '../services/describe-with.ts';
import { startPostgres, type Postgres } from '../services/start-postgres.ts';
import { emptyStore } from './empty-store.ts';

describeWith(['postgres'], 'store on Postgres', () => {
  let postgres: Postgres;
  let opened: OpenedStore;
  let other: OpenedStore;

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    const url = await postgres.createDatabase();
    opened = await openStore({ kind: 'postgres', url });
    other = await openStore({ kind: 'postgres', url });
  });
  afterAll(async () => {
    await Promise.all([opened.store.close(), other.store.close()]);
    await postgres[Symbol.asyncDispose]();
  });

  const subjectOf = () => ({
    store: opened.store,
    others: [other.store],
    stream: opened.runLogStream,
    empty: () => emptyStore(opened),
  });
  storeContract('a Postgres server', subjectOf);
  runLogStreamContract('a Postgres server', subjectOf);
});
