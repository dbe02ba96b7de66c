import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { installationOf, octokitOn, octokitWith } from './github/octokit-client.ts';
import type { RepositoryRecord } from './github/records.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

let github: GitHubStandIn;
let repository: RepositoryRecord;
let issues: ReturnType<typeof octokitOn>['rest']['issues'];
const at = { owner: 'octo', repo: 'hello' };

beforeAll(async () => {
  github = await startGitHub();
  repository = await github.createRepository({ owner: 'octo', name: 'hello', files: { 'a.txt': 'a\n' } });
  issues = octokitOn(github, repository).rest.issues;
});
afterEach(() => github.assertNoViolations());
afterAll(() => github.close());

test('an issue that the App opens is told as the bot’s, and then each of its labels', async () => {
  const { data } = await issues.create({ ...at, title: 'Boom', body: 'x', labels: ['incident', 'bug'] });
  expect(data).toMatchObject({ state: 'open', user: { login: 'astraforge[bot]', type: 'Bot' } });
  expect(data.performed_via_github_app?.slug).toBe('astraforge');
  await github.settled();
  const told = github.deliveries.filter(({ event }) => event === 'issues');
  expect(told.map(({ action }) => action)).toEqual(['opened', 'labeled', 'labeled']);
  for (const { body } of told)
    expect(JSON.parse(body)).toMatchObject({ sender: { type: 'Bot' }, issue: { number: data.number } });
  expect(github.ledger.at(-1)).toMatchObject({ kind: 'issue.create', resultId: data.number });
});

test('opening one takes the permission for issues, and not that for pull requests', async () => {
  const { token } = github.issueToken({
    installationId: installationOf(repository),
    permissions: { metadata: 'read', pull_requests: 'write' },
  });
  const sent = octokitWith(github, token).rest.issues.create({ ...at, title: 'Boom' });
  await expect(sent).rejects.toMatchObject({ status: 403 });
});

test('a list has what is open, newest first, unless it is asked for more', async () => {
  const numbers = async (query: object) =>
    (await issues.listForRepo({ ...at, ...query })).data.map(({ number }) => number);
  const { data: first } = await issues.create({ ...at, title: 'first' });
  const { data: second } = await issues.create({ ...at, title: 'second' });
  await issues.update({ ...at, issue_number: first.number, state: 'closed' });
  expect((await numbers({}))[0]).toBe(second.number);
  expect(await numbers({})).not.toContain(first.number);
  expect((await numbers({ state: 'all' })).slice(0, 2)).toEqual([second.number, first.number]);
  expect((await numbers({ state: 'all', direction: 'asc' })).slice(-2)).toEqual([first.number, second.number]);
  await issues.update({ ...at, issue_number: first.number, state: 'open' });
  expect((await issues.get({ ...at, issue_number: first.number })).data.state).toBe('open');
});
