import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckView } from '#core/domain/change/check.ts';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const running: CheckView = {
  status: 'in_progress',
  title: 'Running',
  summary: '**Running**',
  text: 'log',
  startedAt: '2026-01-01T00:00:00Z',
};
const finished: CheckView = {
  ...running,
  status: 'completed',
  conclusion: 'success',
  title: 'Done',
  completedAt: '2026-01-01T00:01:00Z',
};

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

test('a check run is made under our name, updated in place and completed', async () => {
  const { host, repo, mainSha, repository } = world;
  const placed = await host.createCheck(repo, mainSha, { key: 'request-1', view: running });
  await host.updateCheck(repo, placed.externalId, finished);
  const ours = world.github.checkRuns(repository).filter((run) => run.externalId === 'request-1');
  expect(ours).toMatchObject([
    {
      id: Number(placed.externalId),
      name: 'astraforge',
      headSha: mainSha,
      status: 'completed',
      conclusion: 'success',
      output: { title: 'Done', summary: '**Running**', text: 'log' },
    },
  ]);
  expect(placed.url).toBe(`${world.github.url}/octo/app/runs/${placed.externalId}`);
});

test('a check run is found again by its key among others on the same commit', async () => {
  const { host, repo, mainSha } = world;
  expect(await host.findCheck(repo, mainSha, 'request-2')).toBeUndefined();
  await host.createCheck(repo, mainSha, { key: 'request-3', view: running });
  const placed = await host.createCheck(repo, mainSha, { key: 'request-2', view: finished });
  expect(await host.findCheck(repo, mainSha, 'request-2')).toEqual(placed);
});

test('a check run that was stored before the connection broke is ambiguous, and there is one', async () => {
  const { host, repo, mainSha } = world;
  world.github.fault({ match: { operationId: 'checks/create' }, when: 'after', drop: true });
  const sent = host.createCheck(repo, mainSha, { key: 'request-4', view: running });
  await expect(sent).rejects.toMatchObject({ code: 'ambiguous' });
  expect(await host.findCheck(repo, mainSha, 'request-4')).toBeDefined();
  expect(world.github.checkRuns(world.repository).filter((run) => run.externalId === 'request-4')).toHaveLength(1);
});

test('a check run of another App with our key and our name is not ours', async () => {
  const run = { id: 1, external_id: 'request-5', html_url: 'x', url: 'x' };
  const check_runs = [
    { ...run, app: { id: 77 } },
    { ...run, app: null },
  ];
  await using api = await startScriptedApi(() => ({ status: 200, body: { total_count: 2, check_runs } }));
  expect(await api.host.findCheck(api.repo, 'a'.repeat(40), 'request-5')).toBeUndefined();
});

test('the search never says "there is none" without having seen all', async () => {
  const run = { id: 1, external_id: 'other', html_url: null, url: 'x', app: { id: 1 } };
  const check_runs = Array.from({ length: 100 }, () => run);
  await using api = await startScriptedApi(() => ({ status: 200, body: { total_count: 9_999, check_runs } }));
  const search = api.host.findCheck(api.repo, 'a'.repeat(40), 'request-6');
  await expect(search).rejects.toMatchObject({ code: 'unavailable' });
  expect(api.requests).toHaveLength(10);
});

test('a check run on a commit GitHub does not have is invalid', async () => {
  const sent = world.host.createCheck(world.repo, 'a'.repeat(40), { key: 'request-7', view: running });
  await expect(sent).rejects.toMatchObject({ code: 'invalid' });
});

const remark = (line: number) => ({ path: 'README.md', line, level: 'failure' as const, message: `wrong in ${line}` });
const ourRun = (key: string) => {
  const [run] = world.github.checkRuns(world.repository).filter((one) => one.externalId === key);
  if (run === undefined) throw new Error(`there is no check run ${key}`);
  return run;
};

test('a check run has the name, buttons and remarks of its view, and is found by its key whatever its name is', async () => {
  const { host, repo, mainSha } = world;
  const approve = { label: 'Approve', description: 'Publish the change', identifier: 'approve' as const };
  const view: CheckView = {
    ...finished,
    name: 'astraforge config',
    conclusion: 'action_required',
    actions: [approve],
    annotations: [remark(1)],
  };
  const placed = await host.createCheck(repo, mainSha, { key: 'request-8', view });
  expect(await host.findCheck(repo, mainSha, 'request-8')).toEqual(placed);
  expect(ourRun('request-8')).toMatchObject({
    name: 'astraforge config',
    conclusion: 'action_required',
    actions: [approve],
    output: {
      annotations: [
        { path: 'README.md', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'wrong in 1' },
      ],
    },
  });
});

test('“Details” leads where the view says, which a later view can change, and to the page of our App otherwise', async () => {
  const { host, repo, mainSha } = world;
  const [first, second] = ['https://forge.example.test/runs/1', 'https://forge.example.test/runs/2'];
  await host.createCheck(repo, mainSha, { key: 'request-11', view: running });
  expect(ourRun('request-11').detailsUrl).toBe(`${world.github.url}/apps/${world.github.app.slug}`);
  const placed = await host.createCheck(repo, mainSha, { key: 'request-12', view: { ...running, detailsUrl: first } });
  expect(ourRun('request-12').detailsUrl).toBe(first);
  await host.updateCheck(repo, placed.externalId, { ...finished, detailsUrl: second });
  expect(ourRun('request-12').detailsUrl).toBe(second);
});

test('buttons that a view has no more are taken away', async () => {
  const { host, repo, mainSha } = world;
  const retry = { label: 'Retry', description: 'Run it again', identifier: 'retry' as const };
  const view = { ...finished, actions: [retry] };
  const placed = await host.createCheck(repo, mainSha, { key: 'request-9', view });
  expect(ourRun('request-9').actions).toEqual([retry]);
  await host.updateCheck(repo, placed.externalId, running);
  expect(ourRun('request-9').actions).toEqual([]);
});

test('a remark stands once, however often the view that has it is shown', async () => {
  const { host, repo, mainSha } = world;
  const key = 'request-10';
  const many = Array.from({ length: 50 }, (_, at) => remark(at + 1));
  const placed = await host.createCheck(repo, mainSha, { key, view: { ...finished, annotations: many } });
  const more = Array.from({ length: 50 }, (_, at) => remark(at + 51));
  await host.updateCheck(repo, placed.externalId, { ...finished, annotations: more });
  for (const annotations of [many, more, [remark(100), remark(101)]])
    await host.updateCheck(repo, placed.externalId, { ...finished, annotations });
  const lines = ourRun(key).output.annotations.map((one) => one.start_line);
  expect(lines).toEqual(Array.from({ length: 101 }, (_, at) => at + 1));
});

test('more remarks than GitHub takes at once are refused, not cut silently', async () => {
  const view = { ...finished, annotations: Array.from({ length: 51 }, (_, at) => remark(at + 1)) };
  const sent = world.host.createCheck(world.repo, world.mainSha, { key: 'request-11', view });
  await expect(sent).rejects.toMatchObject({ code: 'invalid' });
  expect(world.github.takeViolations()).toMatchObject([{ direction: 'request', operationId: 'checks/create' }]);
});
