import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadContract } from '../../../../fakes/github/contract.ts';
import { installationOf } from '../../../../fakes/github/octokit-client.ts';
import { actorOf, startGitHubWorld, threadOf, type GitHubWorld } from '../github-world.ts';

const contract = await loadContract();
const MINUTE_MS = 60_000;

let world: GitHubWorld;
let nowMs = Date.now();

beforeEach(async () => {
  nowMs = Date.now();
  world = await startGitHubWorld({ contract }, { now: () => nowMs });
});
afterEach(() => world[Symbol.asyncDispose]());

const minted = () => world.github.ledger.filter(({ kind }) => kind === 'token.create').length;
const commentsMade = () => world.github.ledger.filter(({ kind }) => kind === 'comment.create').length;

async function openIssue() {
  return (await world.github.openIssue({ repository: world.repository, by: 'octo', title: 'Bug' })).issue;
}

/** Every kind of call under the name from before, some of them with tokens from before. */
async function useEverything(number: number): Promise<void> {
  const { host, repo, repository, github, mainSha } = world;
  const thread = { kind: 'issue', number } as const;
  expect(await host.roleOf(repo, actorOf(repository.owner))).toBe('admin');
  expect(await host.baseOf(repo, thread)).toMatchObject({ ref: 'main', fork: false });
  expect(await host.readDefaultBranchFile(repo, 'README.md', 1_000)).toBe('# app\n');
  const placed = await host.createComment(repo, thread, 'hello');
  await host.updateComment(repo, placed.externalId, 'hello again');
  await host.acknowledge(repo, thread, { kind: 'thread' });
  const view = { status: 'queued', title: 't', summary: 's', text: '' } as const;
  const check = await host.createCheck(repo, mainSha, { key: `k${number}`, view });
  expect(await host.findCheck(repo, mainSha, `k${number}`)).toEqual(check);
  const branch = `topic-${number}`;
  await github.commit({ repository, branch, files: { 'b.txt': `${number}\n` } });
  const change = await host.openChange(repo, { branch, base: 'main', title: 'T', body: '', draft: false });
  expect(await host.findChange(repo, branch)).toEqual(change);
  expect(await host.gitAccess(repo, 'write')).toMatchObject({ url: `${github.url}/${repository.fullName}.git` });
}

describe('a repository that was renamed', () => {
  test('is worked on under its number, whatever it is called by whoever asks', async () => {
    const { number } = await openIssue();
    await useEverything(number);
    await world.github.renameRepository({ repository: world.repository, by: 'octo', name: 'renamed' });
    await useEverything((await openIssue()).number);
    expect(commentsMade()).toBe(2);
  });

  test('is read under its new name once it is known, without being sent on again and again', async () => {
    const { host, repo, github, repository } = world;
    await host.readDefaultBranchFile(repo, 'README.md', 1_000);
    await github.renameRepository({ repository, by: 'octo', name: 'renamed' });
    await host.readDefaultBranchFile(repo, 'README.md', 1_000);
    const from = github.requests.length;
    await host.readDefaultBranchFile(repo, 'README.md', 1_000);
    expect(github.requests.slice(from).map(({ path, status }) => [path, status])).toEqual([
      ['/repos/octo/renamed/contents/README.md', 200],
    ]);
  });

  test('is never confused with what has its former name by now', async () => {
    const { host, repo, github, repository } = world;
    const issue = await openIssue();
    await host.createComment(repo, { kind: 'issue', number: issue.number }, 'before');
    await host.readDefaultBranchFile(repo, 'README.md', 1_000);
    await github.renameRepository({ repository, by: 'octo', name: 'renamed' });
    const taker = await github.createRepository({ owner: 'octo', name: 'app', files: { 'README.md': '# trap\n' } });
    await github.openIssue({ repository: taker, by: 'octo', title: 'Trap' });
    nowMs += 2 * MINUTE_MS;
    expect(await host.readDefaultBranchFile(repo, 'README.md', 1_000)).toBe('# app\n');
    await host.createComment(repo, { kind: 'issue', number: issue.number }, 'after');
    expect(github.comments(repository, issue.number).map(({ body }) => body)).toEqual(['before', 'after']);
    expect(github.comments(taker, 1)).toEqual([]);
    expect((await host.gitAccess(repo, 'read')).url).toBe(`${github.url}/octo/renamed.git`);
  });

  test('is asked for its name no more than once a minute when it is only a file that is missing', async () => {
    const { host, repo } = world;
    const read = () => host.readDefaultBranchFile(repo, '.astraforge.yml', 1_000);
    expect([await read(), await read()]).toEqual([undefined, undefined]);
    expect(minted()).toBe(1);
    nowMs += 2 * MINUTE_MS;
    expect([await read(), await read()]).toEqual([undefined, undefined]);
    expect(minted()).toBe(2);
  });
});

describe('a repository that was transferred', () => {
  test('is found in the installation of its new owner, with its pull requests', async () => {
    const { host, repo, github, repository } = world;
    const { number } = await openIssue();
    await useEverything(number);
    const change = await host.findChange(repo, `topic-${number}`);
    await github.transferRepository({ repository, by: 'octo', to: 'acme' });
    github.setPermission(repository, 'octo', 'admin');
    nowMs += 2 * MINUTE_MS;
    expect(await host.findChange(repo, `topic-${number}`)).toMatchObject({ number: change?.number });
    const issue = await openIssue();
    await host.createComment(repo, { kind: 'issue', number: issue.number }, 'still here');
    expect(github.comments(repository, issue.number)).toHaveLength(1);
    expect((await host.gitAccess(repo, 'read')).url).toBe(`${github.url}/acme/app.git`);
    expect(await host.baseOf(repo, threadOf(issue))).toMatchObject({ ref: 'main', fork: false });
  });

  test('to where the App is not installed is out of reach', async () => {
    const { host, repo, github, repository } = world;
    await github.transferRepository({ repository, by: 'octo', to: 'stranger', installed: false });
    await expect(host.gitAccess(repo, 'read')).rejects.toMatchObject({ code: 'denied' });
    await expect(host.baseOf(repo, { kind: 'issue', number: 1 })).rejects.toMatchObject({ code: 'denied' });
  });
});

describe('an installation that changed', () => {
  test('refuses while it is suspended and works on afterwards, with no new token', async () => {
    const { host, repo, github, repository } = world;
    const thread = { kind: 'issue', number: 1 } as const;
    await host.baseOf(repo, thread);
    const installation = installationOf(repository);
    await github.suspendInstallation({ installation, by: 'octo' });
    await expect(host.baseOf(repo, thread)).rejects.toMatchObject({ code: 'denied' });
    await expect(host.gitAccess(repo, 'read')).rejects.toMatchObject({ code: 'denied' });
    await github.unsuspendInstallation({ installation, by: 'octo' });
    expect(await host.baseOf(repo, thread)).toMatchObject({ ref: 'main' });
    expect(minted()).toBe(1);
  });

  test('that was deleted is missing, and one made anew is found', async () => {
    const { host, repo, github, repository } = world;
    const thread = { kind: 'issue', number: 1 } as const;
    await host.baseOf(repo, thread);
    await github.deleteInstallation({ installation: installationOf(repository), by: 'octo' });
    await expect(host.baseOf(repo, thread)).rejects.toMatchObject({ code: 'missing' });
    await github.install({ account: 'octo', by: 'octo' });
    expect(await host.baseOf(repo, thread)).toMatchObject({ ref: 'main' });
  });

  test('that lost the repository refuses it', async () => {
    const { host, repo, github, repository } = world;
    await github.createRepository({ owner: 'octo', name: 'other', files: { a: '' } });
    await github.removeFromInstallation({ repository, by: 'octo' });
    await expect(host.baseOf(repo, { kind: 'issue', number: 1 })).rejects.toMatchObject({ code: 'denied' });
  });
});

test('a review that asks is acknowledged on its pull request, once however often', async () => {
  const { host, repo, github, repository } = world;
  await github.commit({ repository, branch: 'topic', files: { 'b.txt': 'b\n' } });
  const { issue } = await github.openPullRequest({ repository, by: 'octo', title: 'Topic', head: 'topic' });
  const { review } = await github.submitReview({ repository, by: 'octo', number: issue.number, body: 'please' });
  const trigger = { kind: 'review', id: review.id } as const;
  const placed = await host.acknowledge(repo, threadOf(issue), trigger);
  expect(await host.acknowledge(repo, threadOf(issue), trigger)).toEqual(placed);
  expect(placed.url).toBe(`${github.url}/octo/app/pull/${issue.number}#pullrequestreview-${review.id}`);
  expect(github.reactions(repository, { issue: issue.number })).toMatchObject([{ content: 'eyes' }]);
});
