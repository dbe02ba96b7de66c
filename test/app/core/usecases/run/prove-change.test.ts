import { describe, expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { Proof } from '#core/domain/run/proof.ts';
import type { GuestExit } from '#core/ports/provisioner.ts';
import { aRequest } from '../../domain/samples.ts';
import { runScene, silent, SUCCEEDED, type Differences, type RunScene } from './run-scene.ts';

const TEST = 'diff --git a/test/a.test.js b/test/a.test.js\nnew file mode 100644\n';
const CODE = 'diff --git a/src/a.js b/src/a.js\nnew file mode 100644\n';
const CONFIG = { proof: { mode: 'require', suite: 'suite', changed: 'some {files}' } };
const [BASE, HEAD] = [aRequest().base.sha, 'h'.repeat(40)];

const exit = (exitCode: number): GuestExit => ({
  end: 'exited',
  exitCode,
  stdout: new Uint8Array(),
  stderr: new Uint8Array(),
});

/** A run with a change on record, in whose workspaces commands end as these say: the changed tests on base and head, the suite on both. */
function proving(ends: readonly number[], differences: Partial<Differences> = {}): RunScene & { ran: string[] } {
  const ran: string[] = [];
  const scene = runScene({
    patch: CODE + TEST,
    config: CONFIG,
    exec: async (_, { argv, onStdout }) => {
      ran.push(argv.at(-1) ?? '');
      onStdout?.(new TextEncoder().encode('a line\n'));
      return exit(ends[ran.length - 1] ?? 0);
    },
    ...differences,
  });
  return Object.assign(scene, { ran });
}

describe('a change on record that is to be proven', () => {
  test('is proven in three workspaces, of the base with its tests, of the base and of all of it, without a model', async () => {
    const scene = proving([1, 0, 0, 0]);
    await scene.work();
    expect(scene.bundles.slice(1)).toEqual([`${BASE} and ${TEST}`, BASE, `${BASE} and ${CODE}${TEST}`]);
    expect(scene.ran).toEqual(["some 'test/a.test.js'", 'suite', "some 'test/a.test.js'", 'suite']);
    expect(scene.budgets).toEqual([0, 0, 0]);
    expect(scene.run).toMatchObject({ status: 'succeeded', proof: { verdict: 'proven', tests: ['test/a.test.js'] } });
    expect(scene.seen.filter((line) => line === 'a line')).toHaveLength(4);
    expect(scene.seen.indexOf('The change is proven')).toBeLessThan(scene.seen.indexOf('pushed change'));
  });

  test('is proven once: whoever takes the run up later goes by what is on record', async () => {
    const first = proving([1, 0, 0, 0]);
    await first.work();
    const later = proving([], { run: { proof: first.run.proof } });
    await later.work();
    expect(later.ran).toEqual([]);
    expect(later.run).toMatchObject({ status: 'succeeded', proof: first.run.proof });
  });

  test('is proven anew under another version of the configuration, and not at all once that is off', async () => {
    const first = proving([1, 0, 0, 0]);
    await first.work();
    const former: Proof | null = first.run.proof && { ...first.run.proof, policyVersion: 'another' };
    const again = proving([0, 0, 0, 0], { run: { proof: former } });
    await again.work();
    expect(again.run.proof).toMatchObject({ verdict: 'unproven' });
    const off = proving([], { run: { proof: former }, config: {} });
    await off.work();
    expect(off.run.proof).toBeNull();
    expect(off.ran).toEqual([]);
  });

  test('is proven by the one who takes over when its worker was lost in the middle, after what was left is gone', async () => {
    const reaped: boolean[] = [];
    const scene = proving([1, 0, 0, 0], {
      run: { status: 'publishing', epoch: 1, claims: 1 },
      reap: async (isLive) => {
        reaped.push(await isLive({ runId: scene.run.id, epoch: 1 }));
        return 1;
      },
    });
    await scene.work();
    expect(reaped).toEqual([false]);
    expect(scene.run.proof?.verdict).toBe('proven');
  });

  test('keeps what was spent and blocked while the agent worked', async () => {
    const blocked = { 'a.example': 2 };
    const usage = { inputTokens: 7, cachedInputTokens: 0, outputTokens: 1, reasoningTokens: 0 };
    const scene = proving([1, 0, 0, 0], { run: { usage, blocked, costUsd: 0.5 } });
    await scene.work();
    expect(scene.run).toMatchObject({ usage, blocked, costUsd: 0.5 });
  });
});

describe('a proof', () => {
  test('whose workspace cannot be had is tried again, and in the end says why instead of keeping the change', async () => {
    const away = async (): Promise<GuestExit> => {
      throw new AppError('unavailable', 'The engine is away');
    };
    const scene = proving([], { exec: away });
    await scene.work();
    expect(scene.run).toMatchObject({ status: 'queued', tries: 1, proof: null });
    const last = proving([], { exec: away, run: { tries: 9 } });
    await last.work();
    expect(last.run.status).toBe('succeeded');
    expect(last.run.proof?.reasons).toEqual([
      'Nothing could be run on the base: The engine is away',
      'Nothing could be run with the change: The engine is away',
    ]);
  });

  test('whose set-up fails says so, and the change is published as a draft', async () => {
    const scene = proving([], {
      config: { ...CONFIG, setup: ['npm ci'], setup_files: ['a'] },
      workspace: { setUp: async () => ({ kind: 'failed', command: 'npm ci', exitCode: 7 }) },
    });
    Object.assign(scene.deps.repositories, { blobIds: async () => ({}) });
    await scene.work();
    expect(scene.run.status).toBe('succeeded');
    expect(scene.run.proof?.reasons[0]).toContain('Setting up the workspace failed: `npm ci` ended with exit code 7.');
  });

  test('has a time for all its commands together', async () => {
    const scene = proving([], {
      exec: async (_, { timeoutMs }) => {
        given.push(timeoutMs);
        return { ...exit(0), end: 'timeout', exitCode: null };
      },
    });
    const given: number[] = [];
    await scene.work();
    expect(Math.max(...given)).toBeLessThanOrEqual(10_000);
    expect(given).toEqual(given.toSorted((a, b) => b - a));
    expect(scene.run.proof?.reasons).toContain('The changed tests, on the base: ran out of time.');
  });

  test('ends when the run is cancelled, and the change is kept in a branch', async () => {
    const scene = proving([], {
      exec: async (at) => {
        at.run = { ...at.run, cancelRequested: true };
        return silent();
      },
    });
    await scene.work();
    expect(scene.run).toMatchObject({ status: 'cancelled', proof: null });
    expect(scene.seen).toContain('pushed wip');
  });

  test('of a further run is one of the whole change, from where the request began', async () => {
    const scene = proving([1, 0, 0, 0], {
      patch: TEST,
      run: { task: { kind: 'change', approval: 'none', options: {}, base: { ref: 'b', sha: HEAD }, resumes: null } },
      workspace: { collectPatch: async () => Buffer.from(CODE + TEST) },
    });
    await scene.work();
    const head = `${HEAD} and ${TEST}`;
    expect(scene.bundles.slice(1)).toEqual([head, `${BASE} and ${TEST}`, BASE, head]);
    expect(scene.run.proof?.verdict).toBe('proven');
  });

  test('comes after the agent, whose words and tokens stay', async () => {
    const scene = proving([1, 0, 0, 0], {
      execute: async (at) => {
        at.spend = 40;
        return SUCCEEDED;
      },
      workspace: { collectPatch: async () => Buffer.from(CODE + TEST) },
    });
    scene.result = undefined;
    await scene.work();
    expect(scene.run).toMatchObject({
      status: 'succeeded',
      finalMessage: 'Done.',
      usage: { inputTokens: 40 },
      proof: { verdict: 'proven' },
    });
  });
});
