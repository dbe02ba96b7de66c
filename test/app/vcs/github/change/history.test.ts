import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

const SHA = 'a'.repeat(40);

let world: GitHubWorld;

beforeAll(async () => {
  world = await startGitHubWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function newChange(branch: string) {
  const { github, host, repo, repository } = world;
  const sha = await github.commit({ repository, branch, files: { [`${branch}.txt`]: 'x\n' } });
  const draft = { branch, base: 'main', title: branch, body: '', draft: false };
  return { sha, ...(await host.openChange(repo, draft)) };
}

describe('a change', () => {
  test('says by which commit it came into its base, and when, once it is merged', async () => {
    const { github, host, repo, repository } = world;
    const before = Date.now();
    const { number, sha } = await newChange('fix-1');
    expect(await host.mergedAs(repo, number)).toBeUndefined();
    await github.mergePullRequest({ repository, by: 'octo', number });
    const merged = await host.mergedAs(repo, number);
    expect(merged).toMatchObject({ sha: (await github.branches(repository)).get('main'), base: 'main' });
    expect(merged?.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+\.000Z$/);
    expect(Date.parse(merged?.at ?? '')).toBeGreaterThanOrEqual(Math.floor(before / 1_000) * 1_000);
    expect(await host.isWithin(repo, sha, 'main')).toBe(true);
  });

  test('that was closed without being merged was not merged', async () => {
    const { github, host, repo, repository } = world;
    const { number } = await newChange('fix-2');
    await github.closePullRequest({ repository, by: 'octo', number });
    expect(await host.mergedAs(repo, number)).toBeUndefined();
  });

  test('that is open has none, though GitHub names a commit that it made to try', async () => {
    const body = { merged_at: null, merge_commit_sha: SHA, base: { ref: 'main' } };
    await using api = await startScriptedApi(() => ({ status: 200, body }));
    expect(await api.host.mergedAs(api.repo, 1)).toBeUndefined();
  });

  test('whose commit GitHub does not say yet is asked about again', async () => {
    const body = { merged_at: '2026-01-01T00:00:00Z', merge_commit_sha: null, base: { ref: 'main' } };
    await using api = await startScriptedApi(() => ({ status: 200, body }));
    await expect(api.host.mergedAs(api.repo, 1)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each([
    [403, 'denied'],
    [404, 'missing'],
    [502, 'unavailable'],
  ])('that GitHub answers with %i fails as %s', async (status, code) => {
    await using api = await startScriptedApi(() => ({ status, body: { message: 'no' } }));
    await expect(api.host.mergedAs(api.repo, 1)).rejects.toMatchObject({ code });
  });
});

describe('a commit', () => {
  test('is within a branch that has it, within itself, and not within what goes on without it', async () => {
    const { github, host, repo, repository } = world;
    const root = world.mainSha;
    const left = await github.commit({ repository, branch: 'left/deep', files: { 'l.txt': 'l\n' } });
    const right = await github.commit({ repository, branch: 'right', files: { 'r.txt': 'r\n' } });
    expect(await host.isWithin(repo, root, 'left/deep')).toBe(true);
    expect(await host.isWithin(repo, root, right)).toBe(true);
    expect(await host.isWithin(repo, left, left)).toBe(true);
    expect(await host.isWithin(repo, left, right)).toBe(false);
    expect(await host.isWithin(repo, left, root)).toBe(false);
  });

  test('of which GitHub knows nothing is neither within nor without, and so is a branch', async () => {
    const { host, repo, mainSha } = world;
    expect(await host.isWithin(repo, SHA, 'main')).toBeUndefined();
    expect(await host.isWithin(repo, mainSha, 'nowhere')).toBeUndefined();
    expect(await host.isWithin(repo, mainSha, SHA)).toBeUndefined();
  });

  test.each([
    ['v1.2.3', 'main'],
    ['main', 'main'],
    ['abc1234', 'main'],
    [SHA, 'mallory:main'],
    [SHA, 'main...other'],
    [SHA, '../../other/app'],
    [SHA, ''],
  ])('is not asked about by %j in %j', async (commit, head) => {
    const before = world.github.requests.length;
    expect(await world.host.isWithin(world.repo, commit, head)).toBeUndefined();
    expect(world.github.requests).toHaveLength(before);
  });

  test.each([
    [403, 'denied'],
    [502, 'unavailable'],
  ])('about which GitHub answers with %i fails as %s', async (status, code) => {
    await using api = await startScriptedApi(() => ({ status, body: { message: 'no' } }));
    await expect(api.host.isWithin(api.repo, SHA, 'main')).rejects.toMatchObject({ code });
  });
});
