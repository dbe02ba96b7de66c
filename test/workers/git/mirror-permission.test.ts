import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commitFiles, DRAFT, openStage, prepareOurs, REPO, sh, type Stage } from './stage.ts';

/** A stage whose mirror holds the base already, and what was asked of the host so far is forgotten. */
async function openWarmStage(): Promise<Stage & { base: { ref: string; sha: string } }> {
  const stage = await openStage();
  const base = { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD') };
  await (await stage.repositories.bundle(REPO, base, stage.access))[Symbol.asyncDispose]();
  stage.host.requests.length = 0;
  return { ...stage, base };
}

function scratchOf(stage: Stage): string[] {
  return readdirSync(join(stage.directory, 'scratch'));
}

it('each use of a mirror proves with its own token that the repository may be read', async () => {
  await using stage = await openWarmStage();
  const other = { ...stage.access, token: 'ghs_another_0123456789abcdefghijklmnopqrstu' };
  stage.host.tokens.set(other.token, 'read');
  await using bundle = await stage.repositories.bundle(REPO, stage.base, other);
  expect(bundle.sha).toBe(stage.base.sha);
  expect(stage.host.requests.length).toBeGreaterThan(0);
  expect(stage.host.packsSent).toBe(1);
});

type Change = (stage: Stage) => void;
const REFUSALS: readonly (readonly [code: string, what: string, change: Change])[] = [
  ['denied', 'the token was revoked', (stage) => stage.host.tokens.clear()],
  ['denied', 'the host forbids', (stage) => void (stage.host.fault = () => ({ status: 403 }))],
  ['missing', 'the repository is gone or hidden', (stage) => void (stage.host.fault = () => ({ status: 404 }))],
  ['missing', 'the repository moved', (stage) => void (stage.host.fault = () => ({ status: 301, location: '/x' }))],
  ['unavailable', 'the host is in trouble', (stage) => void (stage.host.fault = () => ({ status: 502 }))],
  ['unavailable', 'the connection breaks', (stage) => void (stage.host.fault = () => 'drop')],
];

it.each(REFUSALS)('nothing of a mirror is handed over, as %s, when %s', async (code, _what, change) => {
  await using stage = await openWarmStage();
  change(stage);
  await expect(stage.repositories.bundle(REPO, stage.base, stage.access)).rejects.toMatchObject({ code });
  expect(scratchOf(stage)).toEqual([]);
  expect(stage.host.requests.length).toBeGreaterThan(0);
});

it('a commit that was made in the mirror is handed over after the same proof', async () => {
  await using stage = await openWarmStage();
  const { sha } = await prepareOurs(stage, (work) => writeFileSync(join(work, 'a.txt'), 'a\n'));
  await stage.repositories.push(REPO, { sha, branch: 'ours', from: null }, stage.access);
  stage.host.requests.length = 0;
  stage.host.tokens.clear();
  const refused = stage.repositories.bundle(REPO, { ref: 'ours', sha }, stage.access);
  await expect(refused).rejects.toMatchObject({ code: 'denied' });
  expect(stage.host.requests.length).toBeGreaterThan(0);
  expect(scratchOf(stage)).toEqual([]);
});

it('nothing is merged without the same proof, be it with what is fetched or with what is here', async () => {
  await using stage = await openWarmStage();
  const { sha: commit } = await prepareOurs(stage, (work) => writeFileSync(join(work, 'a.txt'), 'a\n'));
  const theirs = commitFiles(stage.work, { 'b.txt': 'b\n' });
  stage.publish();
  stage.host.tokens.clear();
  for (const head of [stage.base.sha, commit, theirs]) {
    const refused = stage.repositories.merge(REPO, { head, commit, branch: 'main', draft: DRAFT }, stage.access);
    await expect(refused).rejects.toMatchObject({ code: 'denied' });
  }
});

it('a refusal costs the mirror nothing: who may read again finds it as it was', async () => {
  await using stage = await openWarmStage();
  stage.host.fault = () => ({ status: 404 });
  await expect(stage.repositories.bundle(REPO, stage.base, stage.access)).rejects.toMatchObject({ code: 'missing' });
  stage.host.fault = () => undefined;
  await using bundle = await stage.repositories.bundle(REPO, stage.base, stage.access);
  expect(bundle.sha).toBe(stage.base.sha);
  expect(stage.host.packsSent).toBe(1);
});

it('the bundle is packed while the host is asked, and not handed over before its answer', async () => {
  await using stage = await openWarmStage();
  const host: { answer?: () => void } = {};
  const asked = new Promise<void>((resolve) => {
    stage.host.fault = () => {
      resolve();
      return { until: new Promise<void>((answer) => (host.answer = answer)) };
    };
  });
  let handedOver = false;
  const bundle = stage.repositories.bundle(REPO, stage.base, stage.access).then((done) => {
    handedOver = true;
    return done;
  });
  await asked;
  await expect.poll(() => scratchOf(stage).length, { timeout: 10_000 }).toBe(1);
  const written = join(stage.directory, 'scratch', scratchOf(stage)[0] ?? '', 'base.bundle');
  await expect.poll(() => isWhole(stage, written), { timeout: 10_000 }).toBe(true);
  expect(handedOver).toBe(false);
  stage.host.fault = () => undefined;
  host.answer?.();
  await (await bundle)[Symbol.asyncDispose]();
});

function isWhole(stage: Stage, path: string): boolean {
  try {
    return sh(stage.work, 'bundle', 'verify', '--quiet', path) === '';
  } catch {
    return false;
  }
}
