import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import type { Duty } from '#core/ports/prompts.ts';
import type { ThreadView } from '#core/ports/host/thread-reader.ts';
import type { ContextReader } from '#core/ports/host/vcs.ts';
import type { ExecuteRunDeps } from '#core/usecases/run/execute-run.ts';
import { executeRun } from '#core/usecases/run/execute-run.ts';
import { aComment, aLinked, aMessage, aThread } from '../../../../workers/agent/prompt-scene.ts';
import { runScene, SUCCEEDED, type Differences, type RunScene } from './run-scene.ts';

const BEFORE = '2026-01-01T09:00:00Z';
const TRIGGER = '2026-01-01T10:00:00Z';
const AFTER = '2026-01-01T11:00:00Z';
const BY_OUR_CLOCK = '2026-01-01T12:00:00Z';
const ASKED: Partial<WorkRequest> = { trigger: { kind: 'comment', id: 50 }, createdAt: BY_OUR_CLOCK };

interface Seen {
  readonly scene: RunScene;
  readonly thread: ThreadView | null | undefined;
  readonly duty: Duty | undefined;
  readonly images: readonly string[];
}

/** Works a run off on a host that can tell this; gives what the agent was told. */
async function told(
  host: ContextReader,
  { messages = [], ...differences }: Differences & { messages?: ReturnType<typeof aMessage>[] } = {},
): Promise<Seen> {
  const images: string[] = [];
  let assignment: Parameters<ExecuteRunDeps['prompts']['render']>[0] | undefined;
  const scene = runScene({ request: ASKED, ...differences });
  const deps: ExecuteRunDeps = {
    ...scene.deps,
    host: { ...scene.deps.host, ...host },
    store: {
      ...scene.deps.store,
      conversations: { ...scene.deps.store.conversations, messagesOf: async () => messages },
    },
    prompts: { render: (given) => ((assignment ??= given), 'prompt') },
    executor: {
      name: 'agent',
      execute: async (_, task) => {
        images.push(...task.images.map(({ name }) => name));
        return SUCCEEDED;
      },
    },
  };
  await executeRun(deps, scene.run.id, scene.shutdown.signal);
  return { scene, thread: assignment?.thread, duty: assignment?.duty, images };
}

const trigger = aComment({ id: 50, createdAt: TRIGGER, body: 'do it' });
const picture = async (): Promise<{ name: string; type: string; bytes: Uint8Array }[]> => [
  { name: 'a.png', type: 'image/png', bytes: new Uint8Array() },
];

describe('what an agent is told of a conversation', () => {
  test('ends with the words that began the work, by the host’s clock and not by ours', async () => {
    const view = aThread(
      [
        aComment({ id: 1, createdAt: BEFORE, body: 'earlier' }),
        aComment({ id: 2, createdAt: BEFORE, editedAt: AFTER, body: 'other words now' }),
        trigger,
        aComment({ id: 51, createdAt: AFTER, body: 'later' }),
        aComment({ id: 3, createdAt: BEFORE, author: { id: 99, login: 'astraforge[bot]', bot: true } }),
      ],
      {
        editedAt: AFTER,
        linked: [aLinked({ number: 1, createdAt: BEFORE }), aLinked({ number: 2, createdAt: BEFORE, editedAt: AFTER })],
      },
    );
    const { thread } = await told({ readThread: async () => view });
    expect(thread?.comments.map(({ body }) => body)).toEqual(['earlier', 'do it']);
    expect(thread?.body).toBe('');
    expect(thread?.linked.map(({ number }) => number)).toEqual([1]);
  });

  test('ends with the newest of the messages that a further run follows', async () => {
    const messages = [60, 70].map((id) => aMessage({ trigger: { kind: 'comment', id }, createdAt: BY_OUR_CLOCK }));
    const view = aThread([
      trigger,
      aComment({ id: 60, createdAt: AFTER, body: 'and this' }),
      aComment({ id: 65, createdAt: '2026-01-01T11:10:00Z', body: 'between' }),
      aComment({ id: 70, createdAt: '2026-01-01T11:20:00Z', body: 'and that' }),
      aComment({ id: 75, createdAt: '2026-01-01T11:30:00Z', body: 'later' }),
    ]);
    const { thread } = await told({ readThread: async () => view }, { messages });
    expect(thread?.comments.map(({ body }) => body)).toEqual(['do it', 'and this', 'between', 'and that']);
  });

  test('has the pictures of the words that asked, and of no others', async () => {
    const asked: (number | null)[] = [];
    const readImages: ContextReader['readImages'] = async (_repo, { commentId }) => {
      asked.push(commentId);
      return picture();
    };
    expect((await told({ readThread: async () => aThread([trigger]), readImages })).images).toEqual(['a.png']);
    expect(asked).toEqual([50]);
  });

  test.each([
    ['changed since', [{ ...trigger, editedAt: AFTER }]],
    ['gone', []],
  ])('has no pictures of words that are %s', async (_name, comments) => {
    const { images } = await told({ readThread: async () => aThread(comments), readImages: picture });
    expect(images).toEqual([]);
  });
});

describe('a host that does not tell', () => {
  const failing = (code: 'unavailable' | 'denied', retryAfterMs = 10) => {
    let asked = 0;
    const readThread: ContextReader['readThread'] = async () => {
      asked += 1;
      throw new AppError(code, 'reading octo/app#5 failed', code === 'denied' ? {} : { retryAfterMs });
    };
    return { readThread, asked: () => asked };
  };

  test.each([
    ['is asked once more when that may pass', failing('unavailable'), 2],
    ['is not asked again when it refuses', failing('denied'), 1],
    ['is not asked again when it wants a long pause', failing('unavailable', 60_000), 1],
  ])('%s, and the run goes on with a line in its log', async (_name, { readThread, asked }, times) => {
    const { scene, thread } = await told({ readThread });
    expect(asked()).toBe(times);
    expect(thread).toBeNull();
    expect(scene.run.status).toBe('succeeded');
    const line = 'The conversation could not be read, going on without: reading octo/app#5 failed';
    expect(scene.seen).toContain(line);
  });

  test('for ever is left after a minute, and the run goes on', async () => {
    const { scene, thread } = await told({ readThread: () => new Promise<never>(() => undefined) });
    expect(thread).toBeNull();
    expect(scene.run.status).toBe('succeeded');
  });

  test('what it cannot tell at all is not missed', async () => {
    const { scene, thread } = await told({});
    expect(thread).toBeNull();
    expect(scene.seen.filter((line) => line.includes('could not be read'))).toEqual([]);
  });
});

describe('mending', () => {
  const jobs = [{ name: 'test', url: 'u', log: 'broken' }];
  const failedJobs: ContextReader['failedJobs'] = async (_repo, sha, bytes) =>
    jobs.map((job) => ({ ...job, url: `${sha}/${bytes}` }));
  const fixTask = { ...runScene().run.task, kind: 'fix' as const };

  test('is what a run does that was begun for it, with what failed on the commit it starts from', async () => {
    const { duty, scene } = await told({ failedJobs }, { run: { task: fixTask } });
    expect(duty).toEqual({ kind: 'fix', failedJobs: [{ ...jobs[0], url: `${scene.request.base.sha}/20000` }] });
  });

  test('is what a run does when one of its messages asks for it', async () => {
    expect((await told({ failedJobs }, { messages: [aMessage({ fix: true })] })).duty?.kind).toBe('fix');
    expect((await told({ failedJobs }, { messages: [aMessage()] })).duty).toEqual({ kind: 'change' });
  });

  test('is what a plan is about that has to be approved before anything is mended', async () => {
    const task = { ...fixTask, approval: 'plan' as const };
    const { duty, scene } = await told({ failedJobs }, { run: { task } });
    expect(duty).toEqual({ kind: 'plan', mends: [{ ...jobs[0], url: `${scene.request.base.sha}/20000` }] });
    const plain = { ...task, kind: 'change' as const };
    expect((await told({ failedJobs }, { run: { task: plain } })).duty).toEqual({ kind: 'plan' });
  });

  test('goes on when the host does not tell what failed', async () => {
    const silent = async (): Promise<never> => Promise.reject(new AppError('denied', 'no logs'));
    const { duty, scene } = await told({ failedJobs: silent }, { run: { task: fixTask } });
    expect(duty).toEqual({ kind: 'fix', failedJobs: [] });
    expect(scene.seen).toContain('What CI says could not be read, going on without: no logs');
  });
});
