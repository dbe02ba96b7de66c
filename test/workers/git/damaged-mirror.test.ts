import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cloneBundle, commitFiles, openStage, REPO, sh } from './stage.ts';

const PACKS = 'objects/pack';

function packs(mirror: string, suffix: string): string[] {
  const found = readdirSync(join(mirror, PACKS)).filter((name) => name.endsWith(suffix));
  if (found.length === 0) throw new Error(`no ${suffix} to damage`);
  return found.map((name) => join(mirror, PACKS, name));
}

const DAMAGES: readonly (readonly [string, (mirror: string) => void])[] = [
  ['its packs are gone', (mirror) => packs(mirror, '.pack').forEach((path) => rmSync(path))],
  ['its packs are cut off', (mirror) => packs(mirror, '.pack').forEach((path) => truncateSync(path, 100))],
  ['its indexes are gone', (mirror) => packs(mirror, '.idx').forEach((path) => rmSync(path))],
  ['its objects are gone', (mirror) => rmSync(join(mirror, 'objects'), { recursive: true })],
  ['its HEAD is garbage', (mirror) => writeFileSync(join(mirror, 'HEAD'), '\0\0\0')],
  ['its configuration is garbage', (mirror) => writeFileSync(join(mirror, 'config'), '[core\n\0')],
  ['its refs are garbage', (mirror) => writeFileSync(join(mirror, 'packed-refs'), 'garbage')],
  [
    'it is an empty directory',
    (mirror) => readdirSync(mirror).forEach((name) => rmSync(join(mirror, name), { recursive: true })),
  ],
];

it.each(DAMAGES)('a mirror is made anew when %s', async (_what, damage) => {
  await using stage = await openStage();
  const old = { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD') };
  await stage.repositories.bundle(REPO, old, stage.access);
  const mirror = join(stage.directory, 'github-42.git');
  for (const base of [old, { ref: 'main', sha: commitFiles(stage.work, { 'b.txt': 'b\n' }) }]) {
    stage.publish();
    damage(mirror);
    await using bundle = await stage.repositories.bundle(REPO, base, stage.access);
    const clone = cloneBundle(bundle, stage.temp(`clone-${base.sha}`));
    expect(sh(clone, 'rev-parse', 'HEAD')).toBe(base.sha);
    sh(clone, 'fsck');
  }
});

it('parallel calls throw a damaged mirror away once', async () => {
  await using stage = await openStage();
  const base = { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD') };
  await stage.repositories.bundle(REPO, base, stage.access);
  writeFileSync(join(stage.directory, 'github-42.git/HEAD'), 'garbage');
  const workers = [stage.repositories, stage.repositories, stage.another()];
  const bundles = await Promise.all(workers.map((worker) => worker.bundle(REPO, base, stage.access)));
  for (const [at, bundle] of bundles.entries()) {
    expect(sh(cloneBundle(bundle, stage.temp(`clone-${at}`)), 'rev-parse', 'HEAD')).toBe(base.sha);
  }
  expect(stage.host.packsSent).toBe(2);
});

it('a mirror is kept when only the host is at fault', async () => {
  await using stage = await openStage();
  await stage.repositories.bundle(REPO, { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD') }, stage.access);
  stage.host.fault = () => ({ status: 500 });
  const next = { ref: 'main', sha: 'e'.repeat(40) };
  await expect(stage.repositories.bundle(REPO, next, stage.access)).rejects.toMatchObject({ code: 'unavailable' });
  expect(packs(join(stage.directory, 'github-42.git'), '.pack')).toHaveLength(1);
});
