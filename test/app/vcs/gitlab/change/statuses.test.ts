import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckView } from '#core/domain/change/check.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi, US } from '../scripted-api.ts';

const queued: CheckView = { status: 'queued', title: 'Waiting', summary: '', text: 'log' };
const running: CheckView = { ...queued, status: 'in_progress', title: 'Running' };
const finished: CheckView = { ...queued, status: 'completed', conclusion: 'success', title: 'Done' };
const POST = 'POST /projects/:id/statuses/:sha';

let world: GitLabWorld;
let commits = 0;

beforeAll(async () => {
  world = await startGitLabWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function newCommit(): Promise<string> {
  const branch = `astraforge/${(commits += 1)}`;
  return world.gitlab.commit({ repository: world.repository, branch, files: { [`${commits}.txt`]: 'x\n' } });
}

function statuses(sha: string) {
  return world.repository.statuses
    .filter((one) => one.sha === sha)
    .map(({ name, state, description, targetUrl }) => ({ name, state, description, targetUrl }));
}

describe('a commit status', () => {
  test('is set under our name, led on in place and completed, and repeating a state is no error', async () => {
    const { host, repo } = world;
    const sha = await newCommit();
    const placed = await host.createCheck(repo, sha, { key: 'request-1', view: queued });
    const targetUrl = `${world.gitlab.url}/team/tools/app/-/commit/${sha}`;
    expect(placed.url).toBe(targetUrl);
    for (const view of [queued, running, queued, running, finished, finished]) {
      await host.updateCheck(repo, placed.externalId, view);
    }
    expect(statuses(sha)).toEqual([{ name: 'astraforge', state: 'success', description: 'Done', targetUrl }]);
  });

  test('is found again by name and commit', async () => {
    const { host, repo } = world;
    const sha = await newCommit();
    expect(await host.findCheck(repo, sha, 'request-2')).toBeUndefined();
    const placed = await host.createCheck(repo, sha, { key: 'request-2', view: running });
    expect(await host.findCheck(repo, sha, 'request-2')).toEqual(placed);
  });

  test('that was stored before the connection broke is ambiguous, and there is one', async () => {
    const { host, repo } = world;
    const sha = await newCommit();
    world.gitlab.fault({ match: { operationId: POST }, when: 'after', drop: true });
    const sent = host.createCheck(repo, sha, { key: 'request-3', view: running });
    await expect(sent).rejects.toMatchObject({ code: 'ambiguous' });
    expect(await host.findCheck(repo, sha, 'request-3')).toBeDefined();
    expect(statuses(sha)).toHaveLength(1);
  });

  test('begins anew when a finished request is tried again', async () => {
    const { host, repo } = world;
    const sha = await newCommit();
    const failed: CheckView = { ...finished, conclusion: 'failure', title: 'Failed' };
    const placed = await host.createCheck(repo, sha, { key: 'request-4', view: failed });
    await host.updateCheck(repo, placed.externalId, running);
    await host.updateCheck(repo, placed.externalId, finished);
    expect(statuses(sha).map(({ state }) => state)).toEqual(['failed', 'success']);
  });

  test.each<[CheckView['conclusion'], string]>([
    ['success', 'success'],
    ['neutral', 'success'],
    ['failure', 'failed'],
    ['timed_out', 'failed'],
    ['cancelled', 'canceled'],
    ['action_required', 'running'],
  ])('of the conclusion %s is %s', async (conclusion = 'neutral', state) => {
    const sha = await newCommit();
    await world.host.createCheck(world.repo, sha, { key: 'k', view: { ...finished, conclusion } });
    expect(statuses(sha)).toMatchObject([{ state }]);
  });

  test('has a description of at most 255 characters, cut between characters, and may have another name', async () => {
    const sha = await newCommit();
    const view = { ...running, name: 'astraforge/config', title: '😀'.repeat(300) };
    await world.host.createCheck(world.repo, sha, { key: 'k', view });
    const [status] = statuses(sha);
    expect(status).toMatchObject({ name: 'astraforge/config', description: `${'😀'.repeat(254)}…` });
  });

  test('leads where the view says, and is made anew when that is elsewhere by now', async () => {
    const sha = await newCommit();
    const at = (run: number) => ({ detailsUrl: `https://forge.example.test/runs/${run}` });
    const placed = await world.host.createCheck(world.repo, sha, { key: 'k', view: { ...running, ...at(1) } });
    for (const run of [1, 1, 2])
      await world.host.updateCheck(world.repo, placed.externalId, { ...finished, ...at(run) });
    expect(statuses(sha).map(({ targetUrl }) => targetUrl)).toEqual([at(1).detailsUrl, at(2).detailsUrl]);
  });

  test('leads to the commit where the address is longer than GitLab takes', async () => {
    const sha = await newCommit();
    const view = { ...running, detailsUrl: `https://forge.example.test/${'a'.repeat(255)}` };
    await world.host.createCheck(world.repo, sha, { key: 'k', view });
    expect(statuses(sha)).toMatchObject([{ targetUrl: `${world.gitlab.url}/team/tools/app/-/commit/${sha}` }]);
  });

  test('on a commit GitLab does not have is missing', async () => {
    const sent = world.host.createCheck(world.repo, 'a'.repeat(40), { key: 'k', view: running });
    await expect(sent).rejects.toMatchObject({ code: 'missing' });
  });

  test('on a commit of a fork is missing, unless a pipeline of the project has run for it: then it is in that one', async () => {
    const { gitlab, host, repo, repository } = world;
    const fork = await gitlab.forkRepository({ repository, owner: 'mallory' });
    const sha = await gitlab.commit({ repository: fork, branch: 'theirs', files: { 'a.txt': 'x\n' }, by: 'mallory' });
    const from = { repository, by: 'mallory', title: 'Mine', head: 'theirs', fork };
    const { issue } = await gitlab.openPullRequest(from);
    await expect(host.createCheck(repo, sha, { key: 'k', view: running })).rejects.toMatchObject({ code: 'missing' });
    const ref = `refs/merge-requests/${issue.number}/head`;
    const { id } = await gitlab.runPipeline({ repository, by: 'ada', ref, sha, jobs: [] });
    const placed = await host.createCheck(repo, sha, { key: 'k', view: running });
    expect(placed.externalId).toBe(`${sha}/${id}/${ref}`);
    await host.updateCheck(repo, placed.externalId, finished);
    expect(statuses(sha)).toMatchObject([{ state: 'success', description: 'Done' }]);
  });

  test.each(['', '7', `${'a'.repeat(40)}/x/main`, `${'g'.repeat(40)}/1/main`])(
    'is not led on under the id %j',
    async (id) => {
      await expect(world.host.updateCheck(world.repo, id, running)).rejects.toMatchObject({ code: 'invalid' });
    },
  );
});

describe('what the stand-in cannot say', () => {
  const sha = 'a'.repeat(40);
  const status = { id: 5, ref: 'main', name: 'astraforge', status: 'running', pipeline_id: 3, author: { id: US.id } };

  test('a change stays on the pipeline that the status was made in, whatever CI has started meanwhile', async () => {
    await using api = await startScriptedApi(({ line }) =>
      line.startsWith('POST') ? { status: 201, body: status } : { status: 200, body: [] },
    );
    const placed = await api.host.createCheck(api.repo, sha, { key: 'k', view: queued });
    expect(placed.externalId).toBe(`${sha}/3/main`);
  });

  test('a refusal because another worker was faster is no error; any other refusal is', async () => {
    const answers = (after: object[]) => {
      let asked = 0;
      return startScriptedApi(({ line }) => {
        if (line.startsWith('POST')) return { status: 400, body: { message: 'Cannot transition' } };
        return { status: 200, body: (asked += 1) === 1 ? [] : after };
      });
    };
    await using faster = await answers([status]);
    expect(await faster.host.createCheck(faster.repo, sha, { key: 'k', view: running })).toBeDefined();
    await using other = await answers([]);
    const sent = other.host.createCheck(other.repo, sha, { key: 'k', view: running });
    await expect(sent).rejects.toMatchObject({ code: 'invalid' });
  });

  test('409 of a commit that is busy asks to come again', async () => {
    await using api = await startScriptedApi(({ line }) =>
      line.startsWith('POST') ? { status: 409, body: {} } : { status: 200, body: [] },
    );
    const sent = api.host.createCheck(api.repo, sha, { key: 'k', view: running });
    await expect(sent).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });

  test('a status of our name by somebody else is not ours, and too many are not searched', async () => {
    const theirs = { ...status, author: { id: 7 } };
    await using api = await startScriptedApi(() => ({ status: 200, body: [theirs, { ...theirs, author: null }] }));
    expect(await api.host.findCheck(api.repo, sha, 'k')).toBeUndefined();
    const many = Array.from({ length: 100 }, () => theirs);
    await using full = await startScriptedApi(() => ({ status: 200, body: many }));
    await expect(full.host.findCheck(full.repo, sha, 'k')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
