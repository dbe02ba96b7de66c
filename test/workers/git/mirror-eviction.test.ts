import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createExclusive } from '../../../workers/git/exclusive.ts';
import { collectPatch, commitFiles, DRAFT, openStage, REPO, sh, type Stage } from './stage.ts';

const SOON = { timeout: 10_000, interval: 20 };
const DAY_MS = 24 * 60 * 60_000;
/** Room for one mirror of {@link openFilled}, not for two. */
const ROOM_FOR_ONE = 400_000;

function mirror(stage: Stage, id: number): string {
  return join(stage.directory, `github-${id}.git`);
}

/** Says that a mirror was last used so many days ago. */
function age(stage: Stage, id: number, days: number): void {
  const then = new Date(Date.now() - days * DAY_MS);
  utimesSync(join(mirror(stage, id), 'astraforge-use'), then, then);
}

/** Ages every mirror that an eviction under way has not just taken. */
function ageAll(stage: Stage): void {
  for (const id of [1, 2, 3]) {
    try {
      age(stage, id, 1);
    } catch {
      expect(existsSync(mirror(stage, id))).toBe(false);
    }
  }
}

function sizeOf(stage: Stage, id: number): number {
  return Number(readFileSync(join(mirror(stage, id), 'astraforge-use'), 'utf8'));
}

/** A host whose repository is about 300 kB, and a way to use the mirror of any repository id. */
async function openFilled(
  mirrorsBytesMax = ROOM_FOR_ONE,
): Promise<Stage & { sha: string; use: (id: number) => Promise<void> }> {
  const stage = await openStage({ mirrorsBytesMax });
  const noise = Buffer.from(
    Array.from({ length: 300_000 }, (_, at) => (Math.imul(at * at, 2_654_435_761) >>> 13) & 255),
  );
  const sha = commitFiles(stage.work, { 'noise.bin': noise });
  stage.publish();
  const use = async (id: number): Promise<void> => {
    const bundle = await stage.repositories.bundle({ ...REPO, id }, { ref: 'main', sha }, stage.access);
    await bundle[Symbol.asyncDispose]();
  };
  return { ...stage, sha, use };
}

it('the longest unused mirrors go when all together are too large, with a line in the log each', async () => {
  await using stage = await openFilled(1_000_000);
  for (const id of [1, 2, 3]) {
    await stage.use(id);
    await vi.waitFor(() => expect(sizeOf(stage, id)).toBeGreaterThan(250_000), SOON);
  }
  for (const [id, days] of [
    [1, 1],
    [2, 3],
    [3, 2],
  ] as const)
    age(stage, id, days);
  await stage.use(4);
  await vi.waitFor(() => expect(existsSync(mirror(stage, 2))).toBe(false), SOON);
  await vi.waitFor(
    () => expect(stage.logged).toContainEqual(expect.objectContaining({ mirror: 'github-2.git' })),
    SOON,
  );
  expect([1, 3, 4].filter((id) => existsSync(mirror(stage, id)))).toEqual([1, 3, 4]);
  expect(readdirSync(join(stage.directory, 'scratch'))).toEqual([]);
});

it('a mirror that was used lately stays, even when the limit cannot be kept', async () => {
  await using stage = await openFilled();
  await stage.use(1);
  await stage.use(2);
  await vi.waitFor(
    () => expect(stage.logged).toContainEqual(expect.objectContaining({ mirrorsBytesMax: ROOM_FOR_ONE })),
    SOON,
  );
  expect([1, 2].map((id) => existsSync(mirror(stage, id)))).toEqual([true, true]);
});

it.each([
  ['bundle', (stage: Stage & { use: (id: number) => Promise<void> }) => stage.use(1)],
  ['blobIds', (stage: Stage & { sha: string }) => stage.repositories.blobIds({ ...REPO, id: 1 }, stage.sha, ['a'])],
  [
    'commit',
    (stage: Stage & { sha: string }) => {
      writeFileSync(join(stage.work, 'a.txt'), 'a\n');
      const change = { baseSha: stage.sha, patch: collectPatch(stage.work, stage.sha), draft: DRAFT };
      return stage.repositories.commit({ ...REPO, id: 1 }, change);
    },
  ],
  [
    'push',
    (stage: Stage & { sha: string }) =>
      stage.repositories.push({ ...REPO, id: 1 }, { sha: stage.sha, branch: 'ours', from: null }, stage.access),
  ],
  [
    'merge',
    ({ sha, repositories, access }: Stage & { sha: string }) =>
      repositories.merge({ ...REPO, id: 1 }, { head: sha, commit: sha, branch: 'main', draft: DRAFT }, access),
  ],
])('%s counts as a use', async (_name, use) => {
  await using stage = await openFilled();
  await stage.use(1);
  await vi.waitFor(() => expect(sizeOf(stage, 1)).toBeGreaterThan(250_000), SOON);
  age(stage, 1, 1);
  await use(stage);
  await stage.use(2);
  await vi.waitFor(
    () => expect(stage.logged).toContainEqual(expect.objectContaining({ mirrorsBytesMax: ROOM_FOR_ONE })),
    SOON,
  );
  expect(existsSync(mirror(stage, 1))).toBe(true);
});

it('a mirror that another process has locked stays', async () => {
  await using stage = await openFilled();
  await stage.use(1);
  await vi.waitFor(() => expect(sizeOf(stage, 1)).toBeGreaterThan(250_000), SOON);
  age(stage, 1, 1);
  await createExclusive()(`${mirror(stage, 1)}.lock`, async () => {
    await stage.use(2);
    await vi.waitFor(
      () => expect(stage.logged).toContainEqual(expect.objectContaining({ mirrorsBytesMax: ROOM_FOR_ONE })),
      SOON,
    );
    expect(existsSync(mirror(stage, 1))).toBe(true);
  });
});

it('an evicted mirror is fetched again when it is needed', async () => {
  await using stage = await openFilled();
  await stage.use(1);
  await vi.waitFor(() => expect(sizeOf(stage, 1)).toBeGreaterThan(250_000), SOON);
  age(stage, 1, 1);
  await stage.use(2);
  await vi.waitFor(() => expect(existsSync(mirror(stage, 1))).toBe(false), SOON);
  const before = stage.host.packsSent;
  await stage.use(1);
  expect(stage.host.packsSent).toBe(before + 1);
  expect(sh(mirror(stage, 1), 'cat-file', '-t', stage.sha)).toBe('commit');
});

it('workers that share the directory, and evict what is old while others begin to use it, never break a call', async () => {
  await using stage = await openFilled(1);
  const workers = [stage.repositories, stage.another(), stage.another()];
  const base = { ref: 'main', sha: stage.sha };
  for (let round = 0; round < 4; round += 1) {
    ageAll(stage);
    const bundles = await Promise.all(
      workers.map((worker, at) => worker.bundle({ ...REPO, id: 1 + ((at + round) % 2) }, base, stage.access)),
    );
    for (const bundle of bundles) {
      expect(sh(stage.work, 'bundle', 'list-heads', bundle.path)).toBe(`${stage.sha} refs/heads/main`);
      await bundle[Symbol.asyncDispose]();
    }
  }
});
