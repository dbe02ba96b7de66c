import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProjectRecord } from './gitlab/records.ts';
import { restClient } from './gitlab/rest-client.ts';
import { startGitLab, type GitLabStandIn } from './gitlab/stand-in.ts';

const MAY_1 = Date.UTC(2026, 4, 1, 12);
const DAY_MS = 86_400_000;

let gitlab: GitLabStandIn;
let secret: ProjectRecord;
let open: ProjectRecord;
let nowMs = MAY_1;

beforeAll(async () => {
  gitlab = await startGitLab({ now: () => nowMs, basePath: '/gitlab' });
  secret = await gitlab.createRepository({ owner: 'acme/tools', name: 'secret', files: { a: 'a' }, private: true });
  open = await gitlab.createRepository({ owner: 'alice', name: 'open', files: { a: 'a' } });
});
afterEach(() => {
  nowMs = MAY_1;
  gitlab.assertNoViolations();
});
afterAll(() => gitlab.close());

const as = (token: string | undefined) => restClient(gitlab, token);

test('the instance lives below a relative URL root, and nothing is served beside it', async () => {
  expect(gitlab.apiUrl).toMatch(/\/gitlab\/api\/v4$/);
  expect((await as(gitlab.botToken.token).get('/version')).body).toMatchObject({ version: expect.any(String) });
  const beside = await fetch(`${new URL(gitlab.url).origin}/api/v4/version`);
  expect(beside.status).toBe(404);
  expect(gitlab.takeViolations()).toHaveLength(1);
});

test('both ways to send a token name the same user', async () => {
  const { token, user } = gitlab.botToken;
  for (const scheme of ['private-token', 'bearer'] as const) {
    expect((await restClient(gitlab, token, scheme).get('/user')).body).toMatchObject({ id: user.id, bot: true });
  }
});

test('a missing, unknown, expired or revoked token is 401 in the words of its reason', async () => {
  const reason = async (token: string | undefined) => {
    const { status, body } = await as(token).get('/user');
    return [status, body];
  };
  const { token } = gitlab.issueToken({ repository: secret, expiresAt: '2026-05-03' });
  expect((await reason(token))[0]).toBe(200);
  nowMs = MAY_1 + 2 * DAY_MS;
  expect(await reason(token)).toEqual([401, expect.objectContaining({ error: 'invalid_token' })]);
  const revoked = gitlab.issueToken({ repository: secret });
  gitlab.revokeToken(revoked);
  expect(await reason(revoked.token)).toEqual([401, expect.objectContaining({ error: 'invalid_token' })]);
  expect(await reason(undefined)).toEqual([401, { message: '401 Unauthorized' }]);
  expect(await reason('glpat-x')).toEqual([401, { message: '401 Unauthorized' }]);
});

test('a token of a project or group acts as a bot user of its own', () => {
  const ofProject = gitlab.issueToken({ repository: secret });
  const ofGroup = gitlab.issueToken({ group: 'acme' });
  expect(ofProject.user.login).toMatch(new RegExp(`^project_${secret.id}_bot_[0-9a-f]{32}$`));
  expect(ofGroup.user.login).toMatch(/^group_\d+_bot_[0-9a-f]{32}$/);
});

test('scopes are kept apart from roles', async () => {
  const reader = as(gitlab.issueToken({ repository: secret, scopes: ['read_api'] }).token);
  expect((await reader.get(`/projects/${secret.id}`)).status).toBe(200);
  const refused = await reader.post(`/projects/${secret.id}/issues`, { title: 'x' });
  expect([refused.status, refused.body]).toEqual([403, expect.objectContaining({ error: 'insufficient_scope' })]);
  const guest = as(gitlab.issueToken({ repository: secret, level: 10 }).token);
  expect((await guest.get(`/projects/${secret.id}`)).status).toBe(200);
  expect((await guest.get(`/projects/${secret.id}/repository/branches/main`)).status).toBe(403);
  const onlyGit = as(gitlab.issueToken({ repository: secret, scopes: ['read_repository'] }).token);
  expect((await onlyGit.get(`/projects/${secret.id}`)).status).toBe(403);
});

test('a private project is not found by strangers, and found by number and by encoded path', async () => {
  const stranger = as(gitlab.issuePersonalToken({ login: 'mallory' }).token);
  expect((await stranger.get(`/projects/${secret.id}`)).body).toEqual({ message: '404 Project Not Found' });
  const bot = as(gitlab.botToken.token);
  for (const id of [secret.id, encodeURIComponent(secret.fullName)]) {
    expect((await bot.get(`/projects/${id}`)).body).toMatchObject({
      path_with_namespace: 'acme/tools/secret',
      http_url_to_repo: `${gitlab.url}/acme/tools/secret.git`,
      visibility: 'private',
    });
  }
});

test('a member inherits the highest level, until the day it expires', async () => {
  const { id } = gitlab.createUser('carol');
  const ask = async () => (await as(gitlab.botToken.token).get(`/projects/${secret.id}/members/all/${id}`)).body;
  expect(await ask()).toEqual({ message: '404 Not Found' });
  gitlab.setGroupPermission('acme', 'carol', { role: 'maintain', expiresAt: '2026-05-02' });
  gitlab.setPermission(secret, 'carol', 'read');
  expect(await ask()).toMatchObject({ id, access_level: 40, expires_at: '2026-05-02' });
  nowMs = MAY_1 + DAY_MS;
  expect(await ask()).toMatchObject({ access_level: 10, expires_at: null });
  gitlab.setPermission(secret, 'carol', 'none');
  expect(await ask()).toEqual({ message: '404 Not Found' });
});

test('the owner of a personal namespace is the owner of its projects', async () => {
  const { id } = gitlab.createUser('dave');
  const project = await gitlab.createRepository({ owner: 'dave', name: 'own', files: { a: '' } });
  const answer = await as(gitlab.botToken.token).get(`/projects/${project.id}/members/all/${id}`);
  expect(answer.body).toMatchObject({ access_level: 50 });
});

test('a blocked user has no access left', async () => {
  const { token } = gitlab.issuePersonalToken({ login: 'erin' });
  expect((await as(token).get('/user')).status).toBe(200);
  gitlab.blockUser('erin');
  expect((await as(token).get('/user')).status).toBe(401);
});

test('the old path of a project redirects reads to its number and refuses writes', async () => {
  const project = await gitlab.createRepository({ owner: 'acme', name: 'before', files: { a: '' } });
  gitlab.renameRepository({ repository: project, name: 'after' });
  gitlab.transferRepository({ repository: project, owner: 'beta' });
  const bot = as(gitlab.botToken.token);
  const read = await bot.get('/projects/acme%2Fbefore/issues?state=all');
  expect([read.status, read.headers.get('location')]).toEqual([
    301,
    `${gitlab.apiUrl}/projects/${project.id}/issues?state=all`,
  ]);
  expect((await bot.post('/projects/acme%2Fafter/issues', { title: 'x' })).status).toBe(405);
  expect((await bot.get('/projects/beta%2Fafter')).body).toMatchObject({ id: project.id });
});

test('what the stand-in does not model, or does not know by that name, is a violation', async () => {
  const bot = as(gitlab.botToken.token);
  expect((await bot.get('/projects/1/wikis')).status).toBe(404);
  expect((await bot.post(`/projects/${open.id}/issues`, { name: 'x' })).status).toBe(400);
  expect((await bot.get(`/projects/${open.id}/issues?nonsense=1`)).status).toBe(400);
  expect(gitlab.takeViolations().map((one) => one.operationId)).toEqual([
    'GET /projects/1/wikis',
    'POST /projects/:id/issues',
    'GET /projects/:id/issues',
  ]);
});

test('a list is cut into pages that lead on by header, and by cursor where that is asked', async () => {
  const project = await gitlab.createRepository({ owner: 'acme', name: 'many', files: { a: '' } });
  for (let count = 0; count < 5; count += 1) await gitlab.openIssue({ repository: project, by: 'alice', title: 'x' });
  const bot = as(gitlab.botToken.token);
  const list = `/projects/${project.id}/issues?per_page=2&sort=asc`;
  const first = await bot.get(list);
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'x-total': '5',
    'x-total-pages': '3',
    'x-next-page': '2',
    'x-prev-page': '',
  });
  expect((await bot.get(`${list}&page=3`)).headers.get('x-next-page')).toBe('');
  const seen: unknown[] = [];
  let path: string | undefined = `${list}&pagination=keyset`;
  while (path !== undefined) {
    const { body, headers } = await bot.get(path);
    seen.push(body);
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.slice(gitlab.apiUrl.length);
  }
  expect(seen.flat()).toMatchObject([1, 2, 3, 4, 5].map((iid) => ({ iid })));
});
