import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startHookCatcher, type HookCatcher } from './git-host/hook-catcher.ts';
import { installationOf, octokitAsApp, octokitWith } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

const DAY_MS = 24 * 3_600_000;

let github: GitHubStandIn;
let hooks: HookCatcher;
let repository: RepositoryRecord;
let laterMs: number;

beforeAll(async () => {
  laterMs = 0;
  [github, hooks] = await Promise.all([
    startGitHub({ app: { events: ['issues'] }, now: () => Date.now() + laterMs }),
    startHookCatcher(),
  ]);
  repository = await github.createRepository({ owner: 'acme', name: 'hello', files: { 'a.txt': 'a\n' } });
});
beforeEach(() => {
  github.webhookTarget = hooks.url;
  hooks.caught.length = 0;
  hooks.status = 202;
});
afterEach(() => github.assertNoViolations());
afterAll(async () => {
  await github.close();
  await hooks[Symbol.asyncDispose]();
});

const open = () => github.openIssue({ repository, by: 'alice', title: 'Bug' });
const listed = async () => (await octokitAsApp(github).rest.apps.listWebhookDeliveries({ per_page: 100 })).data;

test('deliveries are listed newest first, with what became of each, to the App alone', async () => {
  const { delivery: fine } = await open();
  hooks.status = 503;
  const { delivery: refused } = await open();
  github.webhookTarget = 'http://127.0.0.1:9/nobody';
  const { delivery: unheard } = await open();
  expect((await listed()).slice(0, 3)).toMatchObject([
    { guid: unheard.guid, status: 'failed to connect to host', status_code: 502, redelivery: false },
    { guid: refused.guid, status: 'Invalid HTTP Response', status_code: 503, event: 'issues', action: 'opened' },
    { guid: fine.guid, status: 'OK', status_code: 202, repository_id: repository.id },
  ]);
  const { token } = github.issueToken({ installationId: installationOf(repository) });
  const { rest } = octokitWith(github, token);
  await expect(rest.apps.listWebhookDeliveries()).rejects.toMatchObject({ status: 401 });
});

test('the pages of the list are joined by cursors', async () => {
  for (let index = 0; index < 5; index += 1) await open();
  const app = octokitAsApp(github);
  const all = (await listed()).map(({ id }) => id);
  const paged = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 2 });
  expect(paged.map(({ id }) => id)).toEqual(all);
});

test('an attempt arrives under the old GUID and is listed as a redelivery', async () => {
  hooks.status = 500;
  const { delivery } = await open();
  hooks.status = 202;
  await octokitAsApp(github).rest.apps.redeliverWebhookDelivery({ delivery_id: delivery.id });
  await github.settled();
  expect(hooks.caught.map(({ headers }) => headers['x-github-delivery'])).toEqual([delivery.guid, delivery.guid]);
  expect((await listed())[0]).toMatchObject({ guid: delivery.guid, redelivery: true, status_code: 202 });
});

test('what is lost is neither sent nor listed, and what nobody wanted is no delivery', async () => {
  const before = (await listed()).length;
  github.loseDeliveries(true);
  await open();
  github.loseDeliveries(false);
  github.webhookTarget = undefined;
  await open();
  expect(hooks.caught).toEqual([]);
  expect(await listed()).toHaveLength(before);
});

test('after three days a delivery is forgotten and cannot be had again', async () => {
  laterMs = -3 * DAY_MS - 1_000;
  const { delivery } = await open();
  laterMs = 0;
  expect((await listed()).filter(({ guid }) => guid === delivery.guid)).toEqual([]);
  const { apps } = octokitAsApp(github).rest;
  await expect(apps.redeliverWebhookDelivery({ delivery_id: delivery.id })).rejects.toMatchObject({ status: 404 });
});
