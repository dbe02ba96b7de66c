import { createSign } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { installationOf, octokitAsApp, octokitOn, octokitWith } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let hello: RepositoryRecord;
let other: RepositoryRecord;
const at = { owner: 'octo', repo: 'hello' };

beforeAll(async () => {
  github = await startGitHub();
  hello = await github.createRepository({ owner: 'octo', name: 'hello', files: { 'a.txt': 'a\n' } });
  other = await github.createRepository({ owner: 'octo', name: 'other', files: { 'a.txt': 'a\n' } });
  await github.openIssue({ repository: hello, by: 'alice', title: 'Bug' });
});
afterEach(() => github.assertNoViolations());
afterAll(() => github.close());

function jwt(claims: { iss: number; iat: number; exp: number }, key = github.app.privateKey): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

async function statusOfJwt(token: string): Promise<number> {
  return (await fetch(`${github.apiUrl}/app`, { headers: { authorization: `Bearer ${token}` } })).status;
}

describe('the App', () => {
  test('is known by a JWT that its key signed', async () => {
    const { data } = await octokitAsApp(github).rest.apps.getAuthenticated();
    expect(data).toMatchObject({ id: github.app.id, slug: 'astraforge' });
  });

  test('is refused with a JWT that is expired, too long-lived, of another issuer or of another key', async () => {
    const iat = Math.floor(Date.now() / 1_000) - 30;
    const good = { iss: github.app.id, iat, exp: iat + 300 };
    const { createAppCredentials } = await import('./github/app-credentials.ts');
    const stranger = await createAppCredentials({}, () => 1);
    expect(await statusOfJwt(jwt(good))).toBe(200);
    expect(await statusOfJwt(jwt({ ...good, exp: iat - 60 }))).toBe(401);
    expect(await statusOfJwt(jwt({ ...good, exp: iat + 3_600 }))).toBe(401);
    expect(await statusOfJwt(jwt({ ...good, iss: 7 }))).toBe(401);
    expect(await statusOfJwt(jwt(good, stranger.privateKey))).toBe(401);
  });

  test('finds the installation of a repository, and 404 where it is not installed', async () => {
    const bare = await github.createRepository({ owner: 'else', name: 'bare', files: { a: '' }, installed: false });
    const app = octokitAsApp(github);
    expect((await app.rest.apps.getRepoInstallation(at)).data.id).toBe(hello.installationId);
    const missing = app.rest.apps.getRepoInstallation({ owner: bare.owner.login, repo: bare.name });
    await expect(missing).rejects.toMatchObject({ status: 404 });
  });

  test('lists its installations and reads one', async () => {
    const app = octokitAsApp(github);
    const { data } = await app.rest.apps.listInstallations();
    expect(data.map((one) => one.id)).toContain(hello.installationId);
    const one = await app.rest.apps.getInstallation({ installation_id: installationOf(hello) });
    expect(one.data).toMatchObject({ account: { login: 'octo' }, app_slug: 'astraforge' });
    await expect(app.rest.apps.getInstallation({ installation_id: 5 })).rejects.toMatchObject({ status: 404 });
  });

  test('is made from a manifest with a code that works once', async () => {
    const app = octokitWith(github, undefined);
    const code = github.issueManifestCode();
    const { data } = await app.rest.apps.createFromManifest({ code });
    expect(data).toMatchObject({
      id: github.app.id,
      pem: github.app.privateKey,
      webhook_secret: github.app.webhookSecret,
    });
    await expect(app.rest.apps.createFromManifest({ code })).rejects.toMatchObject({ status: 404 });
  });

  test('is confirmed by posting its manifest to the web page, which redirects with a code', async () => {
    const manifest = JSON.stringify({ name: 'x', redirect_url: 'http://127.0.0.1:9/setup?a=1' });
    const answer = await fetch(`${github.url}/settings/apps/new?state=s1`, {
      method: 'POST',
      body: new URLSearchParams({ manifest }),
      redirect: 'manual',
    });
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.searchParams.get('state')).toBe('s1');
    const code = location.searchParams.get('code') ?? '';
    expect((await octokitWith(github, undefined).rest.apps.createFromManifest({ code })).status).toBe(201);
  });
});

describe('an installation token', () => {
  test('looks like a new one of GitHub, is on record as a secret, and works as Octokit asks for it', async () => {
    const octokit = octokitOn(github, hello);
    const { data } = await octokitAsApp(github).rest.apps.createInstallationAccessToken({
      installation_id: installationOf(hello),
    });
    expect(data.token).toMatch(/^ghs_[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(data.token.length).toBeGreaterThan(480);
    expect(github.secrets()).toContain(data.token);
    expect((await octokit.rest.repos.get(at)).data.full_name).toBe('octo/hello');
  });

  test('narrowed to one repository does not see another', async () => {
    const { data } = await octokitAsApp(github).rest.apps.createInstallationAccessToken({
      installation_id: installationOf(hello),
      repository_ids: [hello.id],
    });
    expect(data.repositories?.map((one) => one.full_name)).toEqual(['octo/hello']);
    const narrow = octokitWith(github, data.token);
    expect((await narrow.rest.repos.get(at)).status).toBe(200);
    await expect(narrow.rest.repos.get({ owner: 'octo', repo: other.name })).rejects.toMatchObject({ status: 404 });
    expect((await narrow.rest.apps.listReposAccessibleToInstallation()).data.total_count).toBe(1);
  });

  test('narrowed to reading issues may not comment, and says so as GitHub does', async () => {
    const { data } = await octokitAsApp(github).rest.apps.createInstallationAccessToken({
      installation_id: installationOf(hello),
      permissions: { issues: 'read' },
    });
    const reader = octokitWith(github, data.token);
    expect((await reader.rest.issues.get({ ...at, issue_number: 1 })).status).toBe(200);
    await expect(reader.rest.issues.createComment({ ...at, issue_number: 1, body: 'x' })).rejects.toMatchObject({
      status: 403,
      response: { data: { message: 'Resource not accessible by integration', status: '403' } },
    });
    await expect(reader.rest.pulls.list(at)).rejects.toMatchObject({ status: 403 });
    await expect(reader.rest.repos.getBranch({ ...at, branch: 'main' })).rejects.toMatchObject({ status: 403 });
  });

  test('cannot be had for more than the installation has', async () => {
    const app = octokitAsApp(github);
    const more = { installation_id: installationOf(hello), permissions: { workflows: 'write' as const } };
    await expect(app.rest.apps.createInstallationAccessToken(more)).rejects.toMatchObject({ status: 422 });
    const strange = { installation_id: installationOf(hello), repositories: ['nowhere'] };
    await expect(app.rest.apps.createInstallationAccessToken(strange)).rejects.toMatchObject({ status: 422 });
  });

  test('is refused after it expired and after it was revoked', async () => {
    const clock = { now: Date.now() };
    const timed = await startGitHub({ tokenTtlMs: 60_000, now: () => clock.now });
    try {
      const repository = await timed.createRepository({ owner: 'octo', name: 'hello', files: { a: '' } });
      const old = octokitWith(timed, timed.issueToken({ installationId: installationOf(repository) }).token);
      expect((await old.rest.repos.get(at)).status).toBe(200);
      clock.now += 60_000;
      await expect(old.rest.repos.get(at)).rejects.toMatchObject({
        status: 401,
        response: { data: { message: 'Bad credentials' } },
      });
      const revoked = octokitWith(timed, timed.issueToken({ installationId: installationOf(repository) }).token);
      expect((await revoked.rest.apps.revokeInstallationAccessToken()).status).toBe(204);
      await expect(revoked.rest.repos.get(at)).rejects.toMatchObject({ status: 401 });
      expect(timed.violations).toEqual([]);
    } finally {
      await timed.close();
    }
  });

  test('is needed: an anonymous call is refused', async () => {
    expect((await fetch(`${github.apiUrl}/repos/octo/hello`)).status).toBe(401);
  });
});
