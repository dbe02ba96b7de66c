import { expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { aRequest } from '../../../../contract/store-subject.ts';
import type { Message } from '#core/domain/request/message.ts';
import type { Trigger } from '#core/domain/host/inbound.ts';
import { executeRun } from '#core/usecases/run/execute-run.ts';
import { takeBackDeleted } from '#core/usecases/intake/take-back-deleted.ts';
import { runScene, type Differences } from '../run/run-scene.ts';

/** A run whose host says that about the words it was asked for by. */
function scene(isThere: () => Promise<boolean>, differences: Differences = {}) {
  const made = runScene(differences);
  const work = () =>
    executeRun({ ...made.deps, host: { ...made.deps.host, isThere } }, made.run.id, made.shutdown.signal);
  return { made, work };
}

test('a comment that was deleted before anything began is not begun with', async () => {
  const { made, work } = scene(async () => false, { request: { state: 'RECEIVED' } });
  await work();
  expect(made.run).toMatchObject({ status: 'cancelled', failure: { code: 'cancelled' } });
  expect(made.seen.at(-1)).toBe('The comment that asked for this was deleted before it began.');
  expect(made.budgets).toEqual([]);
});

test('what has begun goes on, whatever becomes of its comment', async () => {
  const { made, work } = scene(async () => false, {
    request: { state: 'EXECUTING' },
    run: { startedAt: '2026-11-26T10:00:00.000Z' },
  });
  await work();
  expect(made.run.status).toBe('succeeded');
});

test.each(['denied', 'unavailable', 'limited'] as const)('a host that answers %s keeps nobody up', async (code) => {
  const failing = () => Promise.reject(new AppError(code, 'no answer'));
  const { made, work } = scene(failing, { request: { state: 'RECEIVED' } });
  await work();
  expect(made.run.status).toBe('succeeded');
});

test('of the words that wait those that were deleted are taken back, and the others stay', async () => {
  const request = aRequest();
  const waiting = [1, 2, 3].map((id): Message => ({
    id: String(id),
    requestId: request.id,
    actor: request.requester,
    thread: { kind: 'issue', number: 12 },
    trigger: { kind: 'comment', id },
    text: 'more',
    fix: false,
    createdAt: request.createdAt,
  }));
  const takenBack: Trigger[] = [];
  const quiet = () => undefined;
  await takeBackDeleted(
    {
      store: {
        conversations: {
          waiting: async () => waiting,
          takeBack: async (_repo, trigger) => {
            takenBack.push(trigger);
            return undefined;
          },
        },
      },
      host: { isThere: async (_repo, { trigger }) => trigger.kind === 'comment' && trigger.id !== 2 },
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    },
    request,
  );
  expect(takenBack).toEqual([{ kind: 'comment', id: 2 }]);
});
