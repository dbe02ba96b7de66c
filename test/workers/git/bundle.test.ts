import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { cloneBundle, commitFiles, openStage, REPO, sh } from './stage.ts';

const SOON = { timeout: 10_000, interval: 20 };
const GONE = 'f'.repeat(40);

describe('bundle', () => {
  it('hands over exactly the base with its whole history, under the name of its branch', async () => {
    await using stage = await openStage();
    const sha = commitFiles(stage.work, { 'b.txt': 'second\n' }, 'second');
    commitFiles(stage.work, { 'c.txt': 'later\n' }, 'third');
    stage.publish();
    stage.publish('other');
    await using bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access);
    expect(bundle).toMatchObject({ ref: 'refs/heads/main', sha, shallow: [] });
    expect(bundle.sizeBytes).toBe(statSync(bundle.path).size);
    expect(sh(stage.work, 'bundle', 'list-heads', bundle.path)).toBe(`${sha} refs/heads/main`);
    const clone = cloneBundle(bundle, stage.temp('clone'));
    expect(sh(clone, 'rev-parse', 'HEAD')).toBe(sha);
    expect(sh(clone, 'log', '--format=%s')).toBe('second\nfirst');
    expect(sh(clone, 'for-each-ref', '--format=%(refname)', 'refs/heads')).toBe('refs/heads/main');
    sh(clone, 'fsck', '--strict');
  });

  it('removes the file when disposed', async () => {
    await using stage = await openStage();
    const base = { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD') };
    const bundle = await stage.repositories.bundle(REPO, base, stage.access);
    expect(statSync(bundle.path).mode & 0o777).toBe(0o600);
    await bundle[Symbol.asyncDispose]();
    expect(() => statSync(dirname(bundle.path))).toThrow('ENOENT');
  });

  it('fetches nothing for a base that the mirror holds, also when it lies below a newer one', async () => {
    await using stage = await openStage();
    const old = { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD') };
    const now = { ref: 'main', sha: commitFiles(stage.work, { 'b.txt': 'b\n' }) };
    stage.publish();
    await (await stage.repositories.bundle(REPO, now, stage.access))[Symbol.asyncDispose]();
    await using bundle = await stage.repositories.bundle(REPO, old, stage.access);
    expect(stage.host.packsSent).toBe(1);
    expect(sh(cloneBundle(bundle, stage.temp('clone')), 'rev-parse', 'HEAD')).toBe(old.sha);
  });

  it('fetches only what is new, also of a branch that was rewritten', async () => {
    await using stage = await openStage();
    const megabyte = Buffer.from(Array.from({ length: 1 << 20 }, (_, at) => (at * at * 2654435761) >>> 24));
    commitFiles(stage.work, { 'big.bin': megabyte });
    const first = commitFiles(stage.work, { 'b.txt': 'b\n' });
    stage.publish();
    await (await stage.repositories.bundle(REPO, { ref: 'main', sha: first }, stage.access))[Symbol.asyncDispose]();
    const coldBytes = stage.host.fetchedBytes;
    sh(stage.work, 'commit', '--quiet', '--amend', '-m', 'rewritten');
    const second = commitFiles(stage.work, { 'small.txt': 'small\n' });
    stage.publish();
    await using bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha: second }, stage.access);
    expect(coldBytes).toBeGreaterThan(100_000);
    expect(stage.host.fetchedBytes - coldBytes).toBeLessThan(4_000);
    expect(sh(cloneBundle(bundle, stage.temp('clone')), 'log', '-1', '--format=%H')).toBe(second);
  });

  it('remembers one commit per line of history, however often it fetched', async () => {
    await using stage = await openStage();
    const base = sh(stage.work, 'rev-parse', 'HEAD');
    for (const name of ['b', 'c']) {
      const sha = commitFiles(stage.work, { [name]: name });
      stage.publish();
      await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access);
    }
    const tip = sh(stage.work, 'rev-parse', 'HEAD');
    sh(stage.work, 'checkout', '--quiet', '-b', 'side', base);
    const side = commitFiles(stage.work, { 'd.txt': 'd' });
    stage.publish('side');
    await stage.repositories.bundle(REPO, { ref: 'side', sha: side }, stage.access);
    await vi.waitFor(() => {
      const refs = sh(join(stage.directory, 'github-42.git'), 'for-each-ref', '--format=%(objectname)');
      expect(refs.split('\n').toSorted()).toEqual([tip, side].toSorted());
    }, SOON);
  });

  it('finds a base that its branch has moved past, or left behind, while nobody looked', async () => {
    await using stage = await openStage();
    const left = commitFiles(stage.work, { 'b.txt': 'b\n' });
    stage.publish();
    sh(stage.work, 'commit', '--quiet', '--amend', '-m', 'rewritten');
    stage.publish();
    await using bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha: left }, stage.access);
    expect(sh(cloneBundle(bundle, stage.temp('clone')), 'rev-parse', 'HEAD')).toBe(left);
  });

  it('works with a server that gives out branches only', async () => {
    await using stage = await openStage();
    stage.host.protocolTwo = false;
    const sha = sh(stage.work, 'rev-parse', 'HEAD');
    commitFiles(stage.work, { 'b.txt': 'b\n' });
    stage.publish();
    await using bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access);
    expect(sh(cloneBundle(bundle, stage.temp('clone')), 'rev-parse', 'HEAD')).toBe(sha);
    const gone = stage.repositories.bundle(REPO, { ref: 'main', sha: GONE }, stage.access);
    await expect(gone).rejects.toMatchObject({ code: 'missing' });
  });

  it('fetches once for parallel calls, within a worker and across workers that share a directory', async () => {
    await using stage = await openStage();
    const sha = sh(stage.work, 'rev-parse', 'HEAD');
    const workers = [stage.repositories, stage.repositories, stage.another(), stage.another()];
    const bundles = await Promise.all(
      workers.map((worker, at) => worker.bundle(REPO, { ref: `branch/${at}`, sha }, stage.access)),
    );
    expect(stage.host.packsSent).toBe(1);
    for (const [at, bundle] of bundles.entries()) {
      expect(bundle.ref).toBe(`refs/heads/branch/${at}`);
      expect(sh(cloneBundle(bundle, stage.temp(`clone-${at}`)), 'rev-parse', 'HEAD')).toBe(sha);
    }
    expect(new Set(bundles.map(({ path }) => path)).size).toBe(workers.length);
  });

  it('keeps a mirror per repository id, whatever the name', async () => {
    await using stage = await openStage();
    const base = { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD') };
    await stage.repositories.bundle(REPO, base, stage.access);
    await stage.repositories.bundle({ ...REPO, name: 'renamed' }, base, stage.access);
    expect(stage.host.packsSent).toBe(1);
    await stage.repositories.bundle({ ...REPO, id: 43 }, base, stage.access);
    expect(stage.host.packsSent).toBe(2);
  });

  it('can cut history, and says where', async () => {
    await using stage = await openStage({ depthMax: 2 });
    for (const name of ['b', 'c', 'd']) commitFiles(stage.work, { [name]: name }, name);
    stage.publish();
    await stage.repositories.bundle(REPO, { ref: 'main', sha: sh(stage.work, 'rev-parse', 'HEAD~1') }, stage.access);
    const sha = sh(stage.work, 'rev-parse', 'HEAD');
    await using bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access);
    expect(bundle.shallow).toEqual([sh(stage.work, 'rev-parse', 'HEAD~1')]);
    const clone = stage.temp('clone');
    sh(stage.work, 'init', '--quiet', clone);
    writeFileSync(`${clone}/.git/shallow`, `${bundle.shallow?.join('\n') ?? ''}\n`);
    sh(clone, 'fetch', '--quiet', bundle.path, bundle.ref);
    expect(sh(clone, 'log', '--format=%s', 'FETCH_HEAD')).toBe('d\nc');
  });
});

describe('bundle fails', () => {
  const base = { ref: 'main', sha: GONE };

  it.each([
    ['missing', 'a commit that is not on the host', undefined],
    ['missing', 'a repository that is not on the host', { status: 404 }],
    ['denied', 'a host that forbids', { status: 403 }],
    ['unavailable', 'a host in trouble', { status: 502 }],
    ['unavailable', 'a host that asks for patience', { status: 429 }],
    ['unavailable', 'a connection that breaks', 'drop'],
    ['unavailable', 'an answer that never arrives', 'lose-answer'],
  ] as const)('as %s on %s', async (code, _what, fault) => {
    await using stage = await openStage();
    stage.host.fault = () => fault;
    const failed = stage.repositories.bundle(REPO, base, stage.access);
    await expect(failed).rejects.toMatchObject({ name: 'AppError', code });
    expect(stage.logged).toEqual([]);
  });

  it('as denied on an expired token', async () => {
    await using stage = await openStage();
    stage.host.tokens.clear();
    const failed = stage.repositories.bundle(REPO, base, stage.access);
    await expect(failed).rejects.toMatchObject({ code: 'denied', retryable: false });
  });

  it('as unavailable when nobody listens, and works again afterwards', async () => {
    await using stage = await openStage();
    const sha = sh(stage.work, 'rev-parse', 'HEAD');
    const deaf = { ...stage.access, url: 'http://127.0.0.1:1/octo/demo.git' };
    const failed = stage.repositories.bundle(REPO, { ref: 'main', sha }, deaf);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await using bundle = await stage.repositories.bundle(REPO, { ref: 'main', sha }, stage.access);
    expect(bundle.sha).toBe(sha);
  });

  it('as unavailable without git, saying so', async () => {
    await using stage = await openStage({ hostEnv: { PATH: '/nonexistent' } });
    const failed = stage.repositories.bundle(REPO, base, stage.access);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('installed') });
  });
});
