import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECK_NAME } from '#core/domain/change/check.ts';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const BYTES_MAX = 1_000;

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function newCommit(): Promise<string> {
  return world.github.commit({ repository: world.repository, branch: 'ci', files: { 'n.txt': `${Math.random()}\n` } });
}

function end(sha: string, job: Partial<Parameters<GitHubWorld['github']['endJob']>[0]>) {
  return world.github.endJob({ repository: world.repository, sha, name: 'test', ...job });
}

describe('what failed on a commit', () => {
  test('comes with the end of its log, and nothing of what did not fail', async () => {
    const sha = await newCommit();
    const job = end(sha, { log: `${'noise\n'.repeat(50_000)}expected 60 but got 59.6\n` });
    for (const conclusion of ['success', 'cancelled', 'skipped']) end(sha, { name: conclusion, conclusion, log: 'x' });
    end(await newCommit(), { name: 'elsewhere', log: 'x' });
    const [found, ...others] = await world.host.failedJobs(world.repo, sha, BYTES_MAX);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ name: 'test', url: job.detailsUrl });
    expect(found?.log).toHaveLength(BYTES_MAX);
    expect(found?.log.endsWith('noise\nexpected 60 but got 59.6\n')).toBe(true);
  });

  test('is not what our own check run says', async () => {
    const sha = await newCommit();
    const view = { status: 'completed', conclusion: 'failure', title: 't', summary: 's', text: 'x' } as const;
    await world.host.createCheck(world.repo, sha, { key: 'k', view: { ...view, name: CHECK_NAME } });
    expect(await world.host.failedJobs(world.repo, sha, BYTES_MAX)).toEqual([]);
  });

  test('is the newest run of each name', async () => {
    const sha = await newCommit();
    end(sha, { log: 'old failure' });
    end(sha, { conclusion: 'success' });
    end(sha, { name: 'lint', conclusion: 'timed_out', log: 'slow' });
    const jobs = await world.host.failedJobs(world.repo, sha, BYTES_MAX);
    expect(jobs).toMatchObject([{ name: 'lint', log: 'slow' }]);
  });

  test('comes with what another App wrote about it', async () => {
    const sha = await newCommit();
    end(sha, { app: 'other-ci', output: { title: 'Broken', summary: 'Two tests', text: 'a and b' } });
    const [job] = await world.host.failedJobs(world.repo, sha, BYTES_MAX);
    expect(job?.log).toBe('Broken\n\nTwo tests\n\na and b');
  });

  test('has no log when GitHub has none any more, and its name all the same', async () => {
    const sha = await newCommit();
    end(sha, {});
    expect(await world.host.failedJobs(world.repo, sha, BYTES_MAX)).toMatchObject([{ name: 'test', log: '' }]);
  });

  test('is ten jobs at most', async () => {
    const sha = await newCommit();
    for (let index = 0; index < 15; index += 1) end(sha, { name: `job ${index}`, log: `log ${index}` });
    expect(await world.host.failedJobs(world.repo, sha, BYTES_MAX)).toHaveLength(10);
  });

  test('does not begin amid a character', async () => {
    const sha = await newCommit();
    end(sha, { log: '🙂'.repeat(1_000) });
    const [job] = await world.host.failedJobs(world.repo, sha, 10);
    expect(job?.log).toBe('🙂🙂');
  });
});

describe('a log', () => {
  const run = {
    id: 7,
    name: 'test',
    conclusion: 'failure',
    app: { id: 5, slug: 'github-actions' },
    output: { title: null, summary: null, text: null },
  };
  const redirected = (location: string) =>
    startScriptedApi(({ line }) => {
      if (line.includes('/check-runs')) return { status: 200, body: { check_runs: [run] } };
      if (line.includes('/actions/jobs/7/logs')) return { status: 302, headers: { location } };
      return { status: 302, headers: { location: '/again' } };
    });

  test.each([
    ['without TLS', 'http://127.0.0.2/log'],
    ['in a file', 'file:///etc/passwd'],
    ['at no address', 'nowhere'],
  ])('%s is not fetched', async (_name, location) => {
    await using api = await redirected(location);
    expect(await api.host.failedJobs(api.repo, 'a'.repeat(40), BYTES_MAX)).toMatchObject([{ log: '' }]);
    expect(api.requests).toHaveLength(2);
  });

  test('whose storage sends on is not followed, and our token is not sent there', async () => {
    const places: string[] = [];
    await using api = await startScriptedApi(({ line }) => {
      if (line.includes('/check-runs')) return { status: 200, body: { check_runs: [run] } };
      if (line.includes('/actions/')) return { status: 302, headers: { location: `${places[0] ?? ''}/storage` } };
      return { status: 302, headers: { location: '/again' } };
    });
    places.push(`http://${(await hostHeader(api)) ?? ''}`);
    expect(await api.host.failedJobs(api.repo, 'a'.repeat(40), BYTES_MAX)).toMatchObject([{ log: '' }]);
    const storage = api.requests.filter(({ line }) => !line.includes('/repos/'));
    expect(storage.map(({ line }) => line)).toEqual(['GET /storage']);
    expect(storage[0]?.headers.authorization).toBeUndefined();
  });

  async function hostHeader(api: Awaited<ReturnType<typeof startScriptedApi>>): Promise<string | undefined> {
    await api.host.failedJobs(api.repo, 'b'.repeat(40), BYTES_MAX);
    const host = api.requests[0]?.headers.host;
    api.requests.splice(0);
    return host;
  }
});
