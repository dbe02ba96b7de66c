import { describe, expect, it } from 'vitest';
import { commitFiles, openStage, REPO, sh, type Stage } from './stage.ts';

async function openFilled(): Promise<Stage & { first: string; second: string; third: string }> {
  const stage = await openStage();
  const first = commitFiles(stage.work, { 'src/a.js': '1', 'src/*.js': 'odd', 'b.js': '1' });
  const second = commitFiles(stage.work, { 'b.js': '2' });
  const third = commitFiles(stage.work, { 'src/a.js': '3' });
  stage.publish();
  await (await stage.repositories.bundle(REPO, { ref: 'main', sha: third }, stage.access))[Symbol.asyncDispose]();
  return { ...stage, first, second, third };
}

describe('recentChanges', () => {
  it('gives the commits that changed the files, newest first, and asks nobody but the mirror', async () => {
    await using stage = await openFilled();
    const asked = stage.host.requests.length;
    const of = (sha: string, paths: string[], countMax = 9) =>
      stage.repositories.recentChanges(REPO, { sha, paths, countMax });
    const found = await of(stage.third, ['src/a.js']);
    expect(found.map(({ sha }) => sha)).toEqual([stage.third, stage.first]);
    expect(found[0]).toEqual({
      sha: stage.third,
      at: new Date(sh(stage.work, 'log', '-1', '--format=%cI')).toISOString(),
      subject: sh(stage.work, 'log', '-1', '--format=%s'),
    });
    expect((await of(stage.second, ['src/a.js', 'b.js'])).map(({ sha }) => sha)).toEqual([stage.second, stage.first]);
    expect((await of(stage.third, ['src/a.js', 'b.js'], 1)).map(({ sha }) => sha)).toEqual([stage.third]);
    expect(stage.host.requests.length).toBe(asked);
  });

  it('takes a path for a name: what looks like a pattern or an option is none', async () => {
    await using stage = await openFilled();
    for (const [path, count] of Object.entries({ 'src/*.js': 1, '--all': 0, ':(top)b.js': 0, 'no/such': 0 }))
      expect(
        await stage.repositories.recentChanges(REPO, { sha: stage.third, paths: [path], countMax: 9 }),
        path,
      ).toHaveLength(count);
    expect(await stage.repositories.recentChanges(REPO, { sha: stage.third, paths: [], countMax: 9 })).toEqual([]);
  });

  it('says so when the mirror does not have the commit', async () => {
    await using stage = await openFilled();
    const of = { sha: 'f'.repeat(40), paths: ['b.js'], countMax: 9 };
    await expect(stage.repositories.recentChanges(REPO, of)).rejects.toMatchObject({ code: 'missing' });
  });
});
