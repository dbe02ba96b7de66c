import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import { PLAIN_TASK } from '#core/domain/run/run-task.ts';
import type { CommitDraft, Repositories, RevertOutcome } from '#core/ports/host/repository.ts';
import { executeRun, type ExecuteRunDeps } from '#core/usecases/run/execute-run.ts';
import { never } from '../run/memory-record.ts';
import { runScene, type Differences, type RunScene } from '../run/run-scene.ts';

const SHA = 'c'.repeat(40);
const ORIGINAL = '33333333-3333-4333-8333-333333333333';
const ASKED_AT = '2026-01-01T00:00:00.000Z';
const reverts = { requestId: ORIGINAL, title: 'Write a.txt', number: 8, sha: SHA, at: ASKED_AT };
const task = { ...PLAIN_TASK, kind: 'revert', reverts } as const;
const taking = (text: string, left = 0): RevertOutcome => ({ kind: 'reverted', patch: Buffer.from(text), left });

interface Play {
  readonly scene: RunScene;
  /** What the mirror was asked to take back. */
  readonly asked: Parameters<Repositories['revert']>[1][];
  readonly drafts: CommitDraft[];
  /** A worker takes the run up, with a host that does this. */
  work(host?: Partial<ExecuteRunDeps['host']>): Promise<void>;
}

/** A run that takes a change back, on a mirror that says so; a workspace, an agent or a model must not be come to. */
function play(outcome: RevertOutcome, differences: Differences = {}): Play {
  const scene = runScene({ ...differences, run: { task, ...differences.run }, execute: never });
  const asked: Play['asked'] = [];
  const drafts: CommitDraft[] = [];
  const { deps } = scene;
  return {
    scene,
    asked,
    drafts,
    work: (host = {}) =>
      executeRun(
        {
          ...deps,
          host: { ...deps.host, ...host },
          workspaces: { ...deps.workspaces, open: never, reap: never },
          gateway: { open: never },
          repositories: {
            ...deps.repositories,
            revert: async (_repo, input) => (asked.push(input), outcome),
            commit: async (_repo, { draft }) => {
              drafts.push(draft);
              return { sha: 's', treeSha: 't', paths: [], additions: 0, deletions: 1 };
            },
          },
        },
        scene.run.id,
        scene.shutdown.signal,
      ),
  };
}

describe('taking a change back', () => {
  test('is a change like any other, made without a workspace, an agent or a proof', async () => {
    const { scene, asked, drafts, work } = play(taking('a patch', 2), {
      config: { proof: { mode: 'require', suite: 'npm test' } },
    });
    await work();
    const base = { ref: 'main', sha: 'a'.repeat(40) };
    expect(asked).toEqual([{ base, commit: SHA, trailer: `Request: ${ORIGINAL}` }]);
    expect(scene.run).toMatchObject({ status: 'succeeded', proof: null, change: { number: 1 }, provisioner: null });
    expect(scene.run.finalMessage).toContain('2 commits of it right before that one stay.');
    expect(scene.seen).toEqual(expect.arrayContaining(['Taking the change back', 'pushed change', 'opened']));
    expect(drafts[0]?.message).toContain(`This reverts commit ${SHA}.`);
  });

  test('that was cut off goes on from what is on record, with the same commit', async () => {
    const { scene, asked, drafts, work } = play(taking('a patch'));
    await work({ openChange: () => Promise.reject(new AppError('unavailable', 'The host is away')) });
    expect(scene.run.status).toBe('queued');
    await work();
    expect(scene.run.status).toBe('succeeded');
    expect([asked.length, scene.seen.filter((line) => line === 'opened')]).toEqual([1, ['opened']]);
    expect(drafts).toHaveLength(2);
    expect(drafts[1]).toEqual(drafts[0]);
  });

  test('once more, in another run, makes the commit that may be pushed already', async () => {
    const { drafts, work } = play(taking('a patch'), { run: { createdAt: '2026-01-02T00:00:00.000Z' } });
    await work();
    expect(drafts.map(({ date }) => date)).toEqual([ASKED_AT]);
  });

  test('pushes nothing before it is approved where the repository wants that, also where it wants plans', async () => {
    for (const approval of ['publish', 'plan']) {
      const { scene, work } = play(taking('a patch'), { config: { approval } });
      await work();
      expect(scene.run).toMatchObject({ status: 'awaiting_approval', awaiting: { subject: 'publish', digest: 't' } });
      expect(scene.seen).not.toContain('pushed change');
    }
  });

  test('of which nothing is left ends well, says so and pushes nothing', async () => {
    const { scene, work } = play(taking(''));
    await work();
    expect(scene.run).toMatchObject({ status: 'unchanged', failure: null });
    expect(scene.run.finalMessage).toContain('Nothing of pull request #8');
    expect(scene.seen).not.toContain('pushed change');
  });

  test('that does not go together with what others did names the files, and pushes nothing', async () => {
    const { scene, work } = play({ kind: 'conflict', paths: ['a.txt', 'b c.txt'] });
    await work();
    expect(scene.run).toMatchObject({ status: 'failed', failure: { code: 'conflict' } });
    expect(scene.run.failure?.message).toContain('`a.txt`, `b c.txt`.');
    expect(scene.seen).not.toContain('pushed change');
  });

  test('that is larger than a change may be is refused with both figures', async () => {
    const { scene, work } = play(taking('x'.repeat(1_001)));
    await work();
    expect(scene.run.failure).toMatchObject({ code: 'policy', message: expect.stringMatching(/1001 bytes, and 1000/) });
  });

  test('is cancelled like any other', async () => {
    const { scene, asked, work } = play(taking('a patch'), { run: { cancelRequested: true } });
    await work();
    expect([scene.run.status, asked, scene.seen.includes('opened')]).toEqual(['cancelled', [], false]);
  });
});
