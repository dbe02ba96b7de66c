import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedactor } from '#core/domain/text/secrets.ts';
import type { RequestEnd } from '#core/domain/request/work-request.ts';
import { continueRequest, type ContinueRequestDeps } from '#core/usecases/request/continue-request.ts';
import { nodeRuntime } from '../../../../../app/runtime.ts';
import { createLogger } from '../../../../../app/telemetry/logger.ts';
import { openStore, type OpenedStore } from '../../../../../prisma/store.ts';
import { said } from '../../../../contract/a-conversation.ts';
import { claimed, submitted } from '../../../../contract/store-subject.ts';

describe('words that come in the very moment in which their request ends', () => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await openStore({ kind: 'pglite', memory: true });
  });
  afterAll(() => opened.store.close());

  /** A request that has ended in such a way, with words that were written down a moment later. */
  async function endedWith(ended: RequestEnd | null) {
    const { store } = opened;
    const { request, run } = await submitted(store);
    await store.runs.advance(await claimed(store, run), { run: { status: 'failed', finishedAt: nodeRuntime.now() } });
    await store.conversations.end(request.id, ended);
    const message = await said(store, request);
    const redactor = createRedactor();
    const deps: ContinueRequestDeps = {
      store,
      redactor,
      runtime: nodeRuntime,
      logger: createLogger({ level: 'silent', name: 'test' }, { redactor }),
      host: { baseOf: () => Promise.reject(new Error('not asked')), branchHead: () => Promise.resolve(undefined) },
    };
    await continueRequest(deps, request.id);
    const newest = await store.runs.readRequest(request.id);
    return { message, waiting: await store.conversations.waiting(request.id), begun: newest?.run.id !== run.id };
  }

  test('begin a run where it has not ended after all', async () => {
    expect(await endedWith(null)).toMatchObject({ waiting: [], begun: true });
  });

  test.each(['closed', 'merged', 'branch-deleted'] as const)(
    'begin nothing and wait for nothing when it is %s',
    async (ended) => {
      expect(await endedWith(ended)).toMatchObject({ waiting: [], begun: false });
    },
  );

  test('wait while we may not see the repository', async () => {
    const { message, ...rest } = await endedWith('access-lost');
    expect(rest).toEqual({ waiting: [message], begun: false });
  });
});
