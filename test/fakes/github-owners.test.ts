import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openGitClient } from './git-host/git-client.ts';
import { startHookCatcher, type HookCatcher } from './git-host/hook-catcher.ts';
import { installationOf, octokitAsApp, octokitWith } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let hooks: HookCatcher;
let count = 0;

beforeAll(async () => {
  [github, hooks] = await Promise.all([startGitHub({ app: { events: ['repository'] } }), startHookCatcher()]);
  github.webhookTarget = hooks.url;
});
beforeEach(() => {
  hooks.caught.length = 0;
});
afterEach(async () => {
  await github.settled();
  github.assertNoViolations();
});
afterAll(async () => {
  await github.close();
  await hooks[Symbol.asyncDispose]();
});

/** A repository of an account of its own, with a token for it. */
async function start(name = 'app') {
  const owner = `owner-${(count += 1)}`;
  const repository = await github.createRepository({ owner, name, files: { 'a.txt': 'a\n' }, private: true });
  return { owner, repository, installation: installationOf(repository), token: tokenOf(repository) };
}

function tokenOf(repository: RepositoryRecord): string {
  return github.issueToken({ installationId: installationOf(repository), repositoryIds: [repository.id] }).token;
}

function ask(token: string, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${github.apiUrl}${path}`, { headers, redirect: 'manual', ...init });
}

const heard = () => hooks.caught.map(({ body }) => JSON.parse(body));

test('a renamed repository keeps its number, and its former name leads on: 301 for reading, 307 for writing', async () => {
  const { owner, repository, token } = await start();
  await github.renameRepository({ repository, by: owner, name: 'renamed' });
  const renamed = { action: 'renamed', changes: { repository: { name: { from: 'app' } } } };
  expect(heard()).toMatchObject([{ ...renamed, repository: { id: repository.id, full_name: `${owner}/renamed` } }]);
  const read = await ask(token, `/repos/${owner}/app/pulls?state=all`);
  expect(read.status).toBe(301);
  expect(read.headers.get('location')).toBe(`${github.apiUrl}/repositories/${repository.id}/pulls?state=all`);
  const write = await ask(token, `/repos/${owner}/app/issues/1/comments`, { method: 'POST', body: '{"body":"x"}' });
  expect(write.status).toBe(307);
  const { rest } = octokitWith(github, token);
  const { data } = await rest.repos.get({ owner, repo: 'app' });
  expect(data).toMatchObject({ id: repository.id, full_name: `${owner}/renamed` });
  const { issue } = await github.openIssue({ repository, by: owner, title: 'Bug' });
  const on = { owner, repo: 'app', issue_number: issue.number };
  expect((await rest.issues.createComment({ ...on, body: 'written under the former name' })).status).toBe(201);
});

test('a former name tells nothing to whom the repository is out of reach', async () => {
  const { owner, repository } = await start();
  const other = await start();
  await github.renameRepository({ repository, by: owner, name: 'secret' });
  expect((await ask(other.token, `/repos/${owner}/app`)).status).toBe(404);
  expect((await fetch(`${github.apiUrl}/repos/${owner}/app`, { redirect: 'manual' })).status).toBe(401);
});

test('a former name that is taken is the new repository’s', async () => {
  const { owner, repository, token } = await start();
  await github.renameRepository({ repository, by: owner, name: 'older' });
  const taker = await github.createRepository({ owner, name: 'app', files: { 'b.txt': 'b\n' } });
  expect((await ask(token, `/repos/${owner}/app`)).status).toBe(404);
  const { rest } = octokitWith(github, tokenOf(taker));
  expect((await rest.repos.get({ owner, repo: 'app' })).data.id).toBe(taker.id);
  expect(await github.fileAt(repository, 'main', 'a.txt')).toBe('a\n');
  expect(await github.fileAt(taker, 'main', 'a.txt')).toBeUndefined();
});

test('git is sent on from a former name', async () => {
  const { owner, repository, token } = await start();
  await github.renameRepository({ repository, by: owner, name: 'elsewhere' });
  await using client = await openGitClient(token);
  const cloned = await client.run('clone', `${github.url}/${owner}/app.git`, 'copy');
  expect(cloned).toMatchObject({ code: 0 });
  expect(
    (await client.run('-c', 'http.followRedirects=false', 'ls-remote', `${github.url}/${owner}/app.git`)).code,
  ).toBe(128);
});

test('a transferred repository belongs to the installation of its new owner, and to none where there is none', async () => {
  const { owner, repository, token, installation } = await start();
  const target = await start('other');
  await github.transferRepository({ repository, by: owner, to: target.owner });
  expect(heard()).toMatchObject([
    {
      action: 'transferred',
      changes: { owner: { from: { user: { login: owner } } } },
      repository: { id: repository.id, full_name: `${target.owner}/app` },
      installation: { id: target.installation },
    },
  ]);
  expect((await ask(token, `/repos/${owner}/app`)).status).toBe(404);
  expect(installationOf(repository)).not.toBe(installation);
  const found = await octokitAsApp(github).rest.apps.getRepoInstallation({ owner, repo: 'app' });
  expect(found.data.id).toBe(target.installation);
  await github.transferRepository({ repository, by: target.owner, to: 'stranger', installed: false });
  expect(repository.installationId).toBeUndefined();
});

test('a suspended installation answers 403 to its tokens and gives no new ones, until it is let in again', async () => {
  const { owner, token, installation } = await start();
  const mint = () => octokitAsApp(github).rest.apps.createInstallationAccessToken({ installation_id: installation });
  await github.suspendInstallation({ installation, by: owner });
  const refused = await ask(token, `/repos/${owner}/app`);
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    { message: 'This installation has been suspended' },
  ]);
  await expect(mint()).rejects.toMatchObject({ status: 403 });
  const { data } = await octokitAsApp(github).rest.apps.getInstallation({ installation_id: installation });
  expect(data).toMatchObject({ suspended_by: { login: owner }, suspended_at: expect.any(String) });
  await github.unsuspendInstallation({ installation, by: owner });
  expect((await ask(token, `/repos/${owner}/app`)).status).toBe(200);
  expect((await mint()).status).toBe(201);
  expect(heard()).toMatchObject([{ action: 'suspend' }, { action: 'unsuspend' }]);
});

test('a deleted installation is gone with its tokens; the App may be installed anew under another number', async () => {
  const { owner, repository, token, installation } = await start();
  await github.deleteInstallation({ installation, by: owner });
  expect((await ask(token, `/repos/${owner}/app`)).status).toBe(401);
  const mint = octokitAsApp(github).rest.apps.createInstallationAccessToken({ installation_id: installation });
  await expect(mint).rejects.toMatchObject({ status: 404 });
  const { installation: anew } = await github.install({ account: owner, by: owner });
  expect(anew).not.toBe(installation);
  expect(installationOf(repository)).toBe(anew);
  expect(heard()).toMatchObject([
    { action: 'deleted', installation: { id: installation }, repositories: [{ id: repository.id }] },
    { action: 'created', installation: { id: anew }, repositories: [{ id: repository.id }] },
  ]);
});

test('a repository is taken out of an installation and put in again, and the App hears of it unasked', async () => {
  const { owner, repository, token } = await start();
  await github.removeFromInstallation({ repository, by: owner });
  expect((await ask(token, `/repos/${owner}/app`)).status).toBe(404);
  await github.addToInstallation({ repository, by: owner });
  expect((await ask(token, `/repos/${owner}/app`)).status).toBe(200);
  expect(heard()).toMatchObject([
    { action: 'removed', repositories_removed: [{ id: repository.id }], repositories_added: [] },
    { action: 'added', repositories_added: [{ id: repository.id }], repository_selection: 'selected' },
  ]);
});
