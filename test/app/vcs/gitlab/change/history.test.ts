import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const [HEAD, SQUASHED, MERGE] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)] as const;
const merged = {
  ...{ state: 'merged', merged_at: '2026-01-01T02:00:00.000+02:00', target_branch: 'main' },
  ...{ sha: HEAD, squash_commit_sha: null, merge_commit_sha: null },
};

let world: GitLabWorld;

beforeAll(async () => {
  world = await startGitLabWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function newChange(branch: string) {
  const { gitlab, host, repo, repository } = world;
  const sha = await gitlab.commit({ repository, branch, files: { [`${branch}.txt`]: 'x\n' } });
  const draft = { branch, base: 'main', title: branch, body: '', draft: false };
  return { sha, ...(await host.openChange(repo, draft)) };
}

describe('a change', () => {
  test('says by which commit it came into its base, and when, once it is merged', async () => {
    const { gitlab, host, repo, repository } = world;
    const before = Date.now();
    const { number, sha } = await newChange('fix-1');
    expect(await host.mergedAs(repo, number)).toBeUndefined();
    await gitlab.mergePullRequest({ repository, by: 'mona', number });
    const found = await host.mergedAs(repo, number);
    expect(found).toMatchObject({ sha: (await gitlab.branches(repository)).get('main'), base: 'main' });
    expect(Date.parse(found?.at ?? '')).toBeGreaterThanOrEqual(before);
    expect(await host.isWithin(repo, sha, 'main')).toBe(true);
  });

  test('that was closed without being merged was not merged', async () => {
    const { gitlab, host, repo, repository } = world;
    const { number } = await newChange('fix-2');
    await gitlab.closePullRequest({ repository, by: 'mona', number });
    expect(await host.mergedAs(repo, number)).toBeUndefined();
  });

  test.each([
    ['with a merge commit', { squash_commit_sha: SQUASHED, merge_commit_sha: MERGE }, MERGE],
    ['squashed, without a merge commit', { squash_commit_sha: SQUASHED }, SQUASHED],
    ['fast-forward', {}, HEAD],
  ])('that was merged %s came by what was put on the target branch', async (_how, fields, sha) => {
    await using api = await startScriptedApi(() => ({ status: 200, body: { ...merged, ...fields } }));
    expect(await api.host.mergedAs(api.repo, 1)).toEqual({ sha, at: '2026-01-01T00:00:00.000Z', base: 'main' });
  });

  test('of which GitLab does not say yet when it was merged is asked about again', async () => {
    await using api = await startScriptedApi(() => ({ status: 200, body: { ...merged, merged_at: null } }));
    await expect(api.host.mergedAs(api.repo, 1)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each([
    [403, 'denied'],
    [404, 'missing'],
    [502, 'unavailable'],
  ])('that GitLab answers with %i fails as %s', async (status, code) => {
    await using api = await startScriptedApi(() => ({ status, body: {} }));
    await expect(api.host.mergedAs(api.repo, 1)).rejects.toMatchObject({ code });
  });
});

describe('a commit', () => {
  test('is within a branch that has it, within itself, and not within what goes on without it', async () => {
    const { gitlab, host, repo, repository } = world;
    const root = world.mainSha;
    const left = await gitlab.commit({ repository, branch: 'left/deep', files: { 'l.txt': 'l\n' } });
    const right = await gitlab.commit({ repository, branch: 'right', files: { 'r.txt': 'r\n' } });
    expect(await host.isWithin(repo, root, 'left/deep')).toBe(true);
    expect(await host.isWithin(repo, root, right)).toBe(true);
    expect(await host.isWithin(repo, left, left)).toBe(true);
    expect(await host.isWithin(repo, left, right)).toBe(false);
    expect(await host.isWithin(repo, left, root)).toBe(false);
  });

  test('of which GitLab knows nothing is neither within nor without, and so is a branch', async () => {
    const { host, repo, mainSha } = world;
    expect(await host.isWithin(repo, HEAD, 'main')).toBeUndefined();
    expect(await host.isWithin(repo, mainSha, 'nowhere')).toBeUndefined();
    expect(await host.isWithin(repo, mainSha, HEAD)).toBeUndefined();
  });

  test('that has nothing in common with the branch is neither', async () => {
    await using api = await startScriptedApi(() => ({ status: 404, body: { message: '404 Merge Base Not Found' } }));
    expect(await api.host.isWithin(api.repo, HEAD, 'main')).toBeUndefined();
  });

  test.each([
    ['v1.2.3', 'main'],
    ['main', 'main'],
    ['abc1234', 'main'],
    [HEAD, 'main...other'],
    [HEAD, '-x'],
    [HEAD, ''],
  ])('is not asked about by %j in %j', async (commit, head) => {
    const before = world.gitlab.requests.length;
    expect(await world.host.isWithin(world.repo, commit, head)).toBeUndefined();
    expect(world.gitlab.requests).toHaveLength(before);
  });

  test.each([
    [403, 'denied'],
    [502, 'unavailable'],
  ])('about which GitLab answers with %i fails as %s', async (status, code) => {
    await using api = await startScriptedApi(() => ({ status, body: {} }));
    await expect(api.host.isWithin(api.repo, HEAD, 'main')).rejects.toMatchObject({ code });
  });
});
