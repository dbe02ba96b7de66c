import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobInput } from '../../../../fakes/gitlab/pipelines.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const BYTES_MAX = 1_000;

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let commits = 0;
const by = (who = 'ada') => ({ repository: world.repository, by: who });
const newCommit = () => world.gitlab.commit({ ...by(), branch: 'ci', files: { 'n.txt': `${(commits += 1)}\n` } });
const run = (sha: string, jobs: readonly JobInput[], ref = 'ci') =>
  world.gitlab.runPipeline({ ...by(), ref, sha, jobs });
const failed = (sha: string, bytesMax = BYTES_MAX) => world.host.failedJobs(world.repo, sha, bytesMax);

describe('what failed on a commit', () => {
  test('comes with the end of its log, and nothing of what did not fail or may fail', async () => {
    const sha = await newCommit();
    const log = `${'noise\n'.repeat(50_000)}expected 60 but got 59.6\n`;
    const { jobs } = await run(sha, [
      { name: 'test', status: 'failed', log },
      { name: 'build', status: 'success', log: 'x' },
      { name: 'lint', status: 'canceled', log: 'x' },
      { name: 'flaky', status: 'failed', allowFailure: true, log: 'x' },
    ]);
    await run(await newCommit(), [{ name: 'elsewhere', status: 'failed', log: 'x' }]);
    const [found, ...others] = await failed(sha);
    expect(others).toEqual([]);
    const url = `${world.gitlab.url}/team/tools/app/-/jobs/${jobs[0]?.id}`;
    expect(found).toMatchObject({ name: 'test', url });
    expect(found?.log).toHaveLength(BYTES_MAX);
    expect(found?.log.endsWith('noise\nexpected 60 but got 59.6\n')).toBe(true);
  });

  test('is not what our own status says', async () => {
    const sha = await newCommit();
    const view = { status: 'completed', conclusion: 'failure', title: 't', summary: 's', text: 'x' } as const;
    await world.host.createCheck(world.repo, sha, { key: 'k', view });
    expect(await failed(sha)).toEqual([]);
  });

  test('is what the newest pipeline of a branch says', async () => {
    const sha = await newCommit();
    await run(sha, [{ name: 'test', status: 'failed', log: 'old failure' }]);
    await run(sha, [
      { name: 'test', status: 'success' },
      { name: 'lint', status: 'failed', log: 'new failure' },
    ]);
    expect(await failed(sha)).toMatchObject([{ name: 'lint', log: 'new failure' }]);
  });

  test('is found in the child pipelines that made it fail', async () => {
    const sha = await newCommit();
    const children = [
      { name: 'deploy', jobs: [{ name: 'smoke', status: 'failed', log: 'no answer' } as const] },
      { name: 'docs', jobs: [{ name: 'links', status: 'success' } as const] },
    ];
    await world.gitlab.runPipeline({ ...by(), ref: 'ci', sha, jobs: [{ name: 'build', status: 'success' }], children });
    expect(await failed(sha)).toMatchObject([{ name: 'smoke', log: 'no answer' }]);
  });

  test('is ten jobs at most, and of nothing that ran nothing', async () => {
    const sha = await newCommit();
    expect(await failed(sha)).toEqual([]);
    await run(
      sha,
      Array.from({ length: 15 }, (_, index) => ({ name: `job ${index}`, status: 'failed' as const, log: 'x' })),
    );
    expect((await failed(sha)).map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, at) => `job ${at}`));
  });

  test('does not begin amid a character', async () => {
    const sha = await newCommit();
    await run(sha, [{ name: 'test', status: 'failed', log: '🙂'.repeat(1_000) }]);
    expect((await failed(sha, 10))[0]?.log).toBe('🙂🙂');
  });
});

describe('what GitLab tells otherwise', () => {
  const sha = 'a'.repeat(40);
  const job = { id: 7, name: 'test', web_url: 'https://gitlab.example/j/7', allow_failure: false };
  const status = {
    id: 99,
    name: 'jenkins',
    status: 'failed',
    description: 'two tests',
    target_url: 'https://ci.example/9',
  };
  const answers = (line: string): unknown => {
    if (line.includes('/pipelines?')) return [{ id: 1, ref: 'main', source: 'push' }];
    if (line.includes('/jobs?')) return [job];
    if (line.includes('/bridges?'))
      return [{ ...job, id: 8, name: 'other project', downstream_pipeline: { id: 5, project_id: 77 } }];
    if (line.includes('/statuses?')) {
      const made = { ...status, pipeline_id: 1, author: { id: 5 } };
      return [made, { ...made, id: 7 }, { ...made, id: 98, author: { id: 41 } }, { ...made, id: 97, pipeline_id: 3 }];
    }
    return [];
  };

  test('a pipeline of another project is named, and a status of another system comes with its words', async () => {
    await using api = await startScriptedApi(({ line }) =>
      line.includes('/trace') ? { status: 200, body: 'log' } : { status: 200, body: answers(line) },
    );
    expect(await api.host.failedJobs(api.repo, sha, BYTES_MAX)).toEqual([
      { name: 'test', url: job.web_url, log: '"log"' },
      { name: 'other project', url: job.web_url, log: '' },
      { name: 'jenkins', url: 'https://ci.example/9', log: 'two tests' },
    ]);
  });

  test.each([403, 404, 416, 500])('a log that is answered with %i leaves the name', async (code) => {
    await using api = await startScriptedApi(({ line }) =>
      line.includes('/trace') ? { status: code } : { status: 200, body: answers(line) },
    );
    const [found] = await api.host.failedJobs(api.repo, sha, BYTES_MAX);
    expect(found).toEqual({ name: 'test', url: job.web_url, log: '' });
  });

  test('a log in the object storage is fetched there, without our token', async () => {
    await using api = await startScriptedApi(({ line }) => {
      if (line.includes('/trace')) return { status: 302, headers: { location: '/storage/7?signature=s' } };
      if (line.startsWith('GET /storage/')) return { status: 200, body: 'stored' };
      return { status: 200, body: answers(line) };
    });
    expect((await api.host.failedJobs(api.repo, sha, BYTES_MAX))[0]?.log).toBe('"stored"');
    const stored = api.requests.find(({ line }) => line.startsWith('GET /storage/'));
    expect(stored?.headers.range).toBe(`bytes=-${3 * BYTES_MAX}`);
    expect(stored?.headers.authorization).toBeUndefined();
  });

  test.each(['http://127.0.0.2:1/x', 'file:///etc/passwd', 'https://user:word@storage.example/x'])(
    'a log that is said to be at %s is not fetched',
    async (location) => {
      await using api = await startScriptedApi(({ line }) =>
        line.includes('/trace') ? { status: 302, headers: { location } } : { status: 200, body: answers(line) },
      );
      expect((await api.host.failedJobs(api.repo, sha, BYTES_MAX))[0]?.log).toBe('');
    },
  );

  test('the pipeline of the merged result counts, which is on another commit', async () => {
    await using api = await startScriptedApi(({ line }) => {
      if (line.includes('/pipelines?')) return { status: 200, body: [] };
      if (line.includes('/merge_requests?')) return { status: 200, body: [{ iid: 4, state: 'opened', sha }] };
      if (line.endsWith('/merge_requests/4'))
        return {
          status: 200,
          body: { head_pipeline: { id: 6, ref: 'refs/merge-requests/4/merge', source: 'merge_request_event' } },
        };
      if (line.includes('/pipelines/6/jobs?')) return { status: 200, body: [job] };
      return line.includes('/trace') ? { status: 200, body: 'log' } : { status: 200, body: [] };
    });
    expect(await api.host.failedJobs(api.repo, sha, BYTES_MAX)).toMatchObject([{ name: 'test' }]);
  });
});
