import { afterAll, beforeAll } from 'vitest';
import { openStore, type OpenedStore } from '../../prisma/store.ts';
import { runLogStreamContract } from '../contract/run-log-stream.contract.ts';
import { storeContract } from '../contract/store.contract.ts';
import { emptyStore } from './empty-store.ts';

let opened: OpenedStore;

beforeAll(async () => {
  opened = await openStore({ kind: 'pglite', memory: true });
});
afterAll(() => opened.store.close());

const subjectOf = () => ({ store: opened.store, stream: opened.runLogStream, empty: () => emptyStore(opened) });
storeContract('an embedded Postgres', subjectOf);
runLogStreamContract('an embedded Postgres', subjectOf);
