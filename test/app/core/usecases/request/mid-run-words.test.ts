import { describe, expect, test } from 'vitest';
import type { Message } from '#core/domain/request/message.ts';
import type { Assignment } from '#core/ports/prompts.ts';
import type { ThreadView } from '#core/ports/host/thread-reader.ts';
import type { ContextReader } from '#core/ports/host/vcs.ts';
import { executeRun, type ExecuteRunDeps } from '#core/usecases/run/execute-run.ts';
import { aComment, aMessage, aThread } from '../../../../workers/agent/prompt-scene.ts';
import { runScene, SUCCEEDED, type Differences } from '../run/run-scene.ts';

const NINE = '2026-01-01T09:00:00Z';
const TEN = '2026-01-01T10:00:00Z';
const ELEVEN = '2026-01-01T11:00:00Z';
const NOON = '2026-01-01T12:00:00Z';
const asked = aComment({ id: 50, createdAt: TEN, body: 'do it' });
const meanwhile = aComment({ id: 51, createdAt: '2026-01-01T10:30:00Z', body: 'by the way' });
const further = aComment({ id: 60, createdAt: ELEVEN, body: 'and this' });
const message = aMessage({ trigger: { kind: 'comment', id: 60 }, createdAt: NOON });

/** Turns of a run during which these messages come in, on a host that tells this. */
async function turnsOf(
  host: ContextReader,
  messages: readonly Message[],
  run: NonNullable<Differences['run']> = {},
): Promise<(Assignment & { images: readonly string[] })[]> {
  const turns: (Assignment & { images: readonly string[] })[] = [];
  const waiting = [messages];
  let rendered: Assignment | undefined;
  const scene = runScene({ run, request: { trigger: { kind: 'comment', id: 50 }, createdAt: NOON } });
  const { store } = scene.deps;
  const deps: ExecuteRunDeps = {
    ...scene.deps,
    host: { ...scene.deps.host, ...host },
    store: { ...store, conversations: { ...store.conversations, take: async () => waiting.shift() ?? [] } },
    prompts: { render: (given) => ((rendered = given), 'prompt') },
    executor: {
      name: 'agent',
      execute: async (_, { images }) => {
        if (rendered !== undefined) turns.push({ ...rendered, images: images.map(({ name }) => name) });
        return { ...SUCCEEDED, session: { threadId: 't', record: new Uint8Array() } };
      },
    },
  };
  await executeRun(deps, scene.run.id, scene.shutdown.signal);
  return turns;
}

/** A conversation that grows from one look at it to the next. */
const growing = (...views: ThreadView[]): NonNullable<ContextReader['readThread']> => {
  let looks = 0;
  return async () => views[Math.min(looks++, views.length - 1)] ?? aThread([]);
};
const before = aThread([aComment({ id: 1, createdAt: NINE, body: 'earlier' }), asked]);
const after = aThread([
  ...before.comments,
  meanwhile,
  further,
  aComment({ id: 70, createdAt: '2026-01-01T11:30:00Z' }),
]);

describe('words that come in while a run works', () => {
  test('bring along what else was said since the turn before, until they were said, and nothing twice', async () => {
    const [first, second, ...more] = await turnsOf({ readThread: growing(before, after) }, [message]);
    expect(more).toEqual([]);
    expect(first?.thread?.comments.map(({ body }) => body)).toEqual(['earlier', 'do it']);
    expect(second?.messages).toEqual([message]);
    expect(second?.news?.map(({ body }) => body)).toEqual(['by the way']);
    expect(second?.thread?.comments.map(({ id }) => id)).toEqual([1, 50, 51, 60]);
  });

  test('bring their own pictures and no others', async () => {
    const readImages: ContextReader['readImages'] = async (_repo, { thread, commentId }) => [
      { name: `${thread.kind}-${commentId}.png`, type: 'image/png', bytes: new Uint8Array() },
    ];
    const [first, second] = await turnsOf({ readThread: growing(before, after), readImages }, [message]);
    expect(first?.images).toEqual(['issue-50.png']);
    expect(second?.images).toEqual(['issue-60.png']);
  });

  test('of the pull request bring what was said there, with lines and pictures', async () => {
    const at = { path: 'a.ts', line: 3, hunk: '@@ -1 +1 @@' };
    const onPull = aMessage({
      thread: { kind: 'pull', number: 8 },
      trigger: { kind: 'comment', id: 60 },
      createdAt: NOON,
    });
    const remark = aComment({ id: 50, createdAt: '2026-01-01T10:40:00Z', at, body: 'at a line' });
    const readThread: ContextReader['readThread'] = async (_repo, { kind }) =>
      kind === 'pull' ? aThread([remark, further]) : before;
    const readImages: ContextReader['readImages'] = async (_repo, { thread }) => [
      { name: `${thread.kind}-${thread.number}.png`, type: 'image/png', bytes: new Uint8Array() },
    ];
    const [, second] = await turnsOf({ readThread, readImages }, [onPull]);
    expect(second?.news?.map(({ body }) => body)).toEqual(['at a line']);
    expect(second?.images).toEqual(['pull-8.png']);
  });

  test('and ask to mend bring what is to be mended', async () => {
    const jobs = [{ name: 'test', url: 'u', log: 'broken' }];
    const host: ContextReader = { readThread: growing(before, after), failedJobs: async () => jobs };
    const [first, second] = await turnsOf(host, [{ ...message, fix: true }]);
    expect(first?.duty).toEqual({ kind: 'change' });
    expect(second?.duty).toEqual({ kind: 'fix', failedJobs: jobs });
  });

  test('to a run that plans have it plan again', async () => {
    const task = { ...runScene().run.task, approval: 'plan' as const };
    const [first, second] = await turnsOf({ readThread: growing(before, after) }, [message], { task });
    expect([first?.duty, second?.duty]).toEqual([{ kind: 'plan' }, { kind: 'plan' }]);
  });
});
