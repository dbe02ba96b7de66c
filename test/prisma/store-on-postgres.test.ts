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

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: false });
    opened = await openStore({ kind: 'postgres', url: await postgres.createDatabase() });
  });
  afterAll(async () => {
    await opened.store.close();
    await postgres[Symbol.asyncDispose]();
  });

  const subjectOf = () => ({ store: opened.store, stream: opened.runLogStream, empty: () => emptyStore(opened) });
  storeContract('a Postgres server', subjectOf);
  runLogStreamContract('a Postgres server', subjectOf);
});
