import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { cloneBundle, collectPatch, commitFiles, DRAFT, openStage, REPO, sh, shBytes, TOKEN } from './stage.ts';

const NEEDLES = [
  TOKEN,
  Buffer.from(`x-access-token:${TOKEN}`).toString('base64'),
  Buffer.from(TOKEN).toString('base64'),
];

function holdsToken(content: Buffer): boolean {
  return NEEDLES.some((needle) => content.includes(needle));
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
}

/** Arguments of all processes of this machine. */
function commandLines(): Buffer[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`)];
      } catch {
        return [];
      }
    });
}

it.runIf(process.platform === 'linux')(
  'no process shows the token in its arguments during fetch and push',
  async () => {
    await using stage = await openStage();
    stage.host.fault = () => ({ delayMs: 150 });
    const seen: Buffer[] = [];
    const watch = async (work: Promise<unknown>): Promise<void> => {
      let over = false;
      const done = work.finally(() => (over = true));
      while (!over) {
        seen.push(...commandLines());
        await breathe();
      }
      await done;
    };
    const baseSha = sh(stage.work, 'rev-parse', 'HEAD');
    await watch(stage.repositories.bundle(REPO, { ref: 'main', sha: baseSha }, stage.access));
    writeFileSync(join(stage.work, 'a.txt'), 'a\n');
    const patch = collectPatch(stage.work, baseSha);
    const { sha } = await stage.repositories.commit(REPO, { baseSha, patch, draft: DRAFT });
    await watch(stage.repositories.push(REPO, { sha, branch: 'ours', from: null }, stage.access));
    sh(stage.work, 'reset', '--hard', '--quiet');
    const head = commitFiles(stage.work, { 'b.txt': 'b\n' });
    stage.publish();
    const sides = { head, commit: sha, branch: 'main', draft: DRAFT };
    await watch(stage.repositories.merge(REPO, sides, stage.access));
    const ours = seen.filter((line) => line.includes(stage.access.url));
    for (const program of ['remote-http', 'fetch', 'push']) {
      expect(
        ours.some((line) => line.includes(program)),
        `saw ${program}`,
      ).toBe(true);
    }
    expect(seen.filter(holdsToken)).toEqual([]);
  },
);

it('neither mirror nor bundle nor clone nor log holds the token', async () => {
  await using stage = await openStage();
  const baseSha = sh(stage.work, 'rev-parse', 'HEAD');
  await using bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha: baseSha }, stage.access);
  writeFileSync(join(stage.work, 'a.txt'), 'a\n');
  const change = { baseSha, patch: collectPatch(stage.work, baseSha), draft: DRAFT };
  const { sha } = await stage.repositories.commit(REPO, change);
  await stage.repositories.push(REPO, { sha, branch: 'ours', from: null }, stage.access);
  sh(stage.work, 'reset', '--hard', '--quiet');
  const head = commitFiles(stage.work, { 'b.txt': 'b\n' });
  stage.publish();
  const sides = { head, commit: sha, branch: 'main', draft: DRAFT };
  expect(await stage.repositories.merge(REPO, sides, stage.access)).toMatchObject({ kind: 'merged' });
  const expired = { ...stage.access, token: `${TOKEN}x` };
  const failed = stage.repositories.bundle(REPO, { ref: 'main', sha: 'a'.repeat(40) }, expired);
  const error: unknown = await failed.catch((thrown: unknown) => thrown);
  const clone = cloneBundle(bundle, stage.temp('clone'));
  const files = [...filesBelow(stage.directory), ...filesBelow(clone)];
  expect(files).toContain(bundle.path);
  expect(files.filter((path) => holdsToken(readFileSync(path)))).toEqual([]);
  expect(files.filter((path) => readFileSync(path).includes(stage.access.url))).toEqual([]);
  expect(holdsToken(shBytes(clone, 'cat-file', '--batch-all-objects', '--batch'))).toBe(false);
  const cause = error instanceof Error ? String(error.cause) : '';
  expect(cause).toContain('fatal');
  expect(holdsToken(Buffer.from(`${String(error)} ${cause} ${JSON.stringify(stage.logged)}`))).toBe(false);
  expect(sh(stage.work, '--git-dir', join(stage.directory, 'github-42.git'), 'config', '--list')).not.toContain('http');
});
