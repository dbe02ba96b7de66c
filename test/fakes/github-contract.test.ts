import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import { loadContract, type Contract } from './github/contract.ts';
import { installationOf, octokitAsApp } from './github/octokit-client.ts';
import { startGitHub, type GitHubStandIn } from './github/stand-in.ts';

// Only an issue that came by transfer has `changes` when it is opened.
const SPECIAL_CASES = new Set(['/changes']);

let contract: Contract;
let github: GitHubStandIn;
let token: string;

beforeAll(async () => {
  contract = await loadContract();
  github = await startGitHub({ contract });
  github.createUser('octo', { type: 'Organization' });
  const repository = await github.createRepository({ owner: 'octo', name: 'hello', files: { 'a.txt': 'a\n' } });
  await github.openIssue({ repository, by: 'alice', title: 'x' });
  token = github.issueToken({ installationId: installationOf(repository) }).token;
});
afterEach(() => github.assertNoViolations());
afterAll(() => github.close());

/** A raw call: Octokit would not let the wrong ones through. */
async function call(line: string, body?: unknown): Promise<number> {
  const [method = '', path = ''] = line.split(' ');
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${github.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(text === undefined ? {} : { body: text }),
  });
  return answer.status;
}

describe('a request that departs from the description is refused and recorded', () => {
  const comments = 'POST /repos/octo/hello/issues/1/comments';
  const reactions = 'POST /repos/octo/hello/issues/1/reactions';
  const pulls = 'GET /repos/octo/hello/pulls';
  const choice = 'must be equal to one of the allowed values';
  const wrong: [why: string, request: { line: string; body?: unknown; error: string }][] = [
    ['a field is missing', { line: comments, body: {}, error: "/ must have required property 'body'" }],
    ['a type is wrong', { line: comments, body: { body: 7 }, error: '/body must be string' }],
    ['a value is unknown', { line: reactions, body: { content: 'wow' }, error: `/content ${choice}` }],
    [
      'a property is unknown',
      { line: comments, body: { body: 'x', boby: 1 }, error: 'body property boby is not described' },
    ],
    ['the body is missing', { line: comments, error: 'the body is missing' }],
    ['the body is no JSON', { line: comments, body: '{', error: 'the body is not JSON' }],
    [
      'a number in the path is none',
      { line: 'GET /repos/octo/hello/issues/one', error: '/issue_number must be integer' },
    ],
    ['a query is unknown', { line: `${pulls}?heads=a`, error: 'query heads is not described' }],
    ['a query has a wrong value', { line: `${pulls}?state=ajar`, error: `/state ${choice}` }],
  ];

  test.each(wrong)('when %s', async (_why, { line, body, error }) => {
    expect(await call(line, body)).toBe(422);
    expect(github.takeViolations()).toMatchObject([{ direction: 'request', errors: expect.arrayContaining([error]) }]);
    expect(github.ledger).toEqual([]);
  });

  test('when nothing models it, whether GitHub has it or not', async () => {
    expect(await call('GET /repos/octo/hello/labels')).toBe(404);
    expect(await call('GET /repos/octo/hello/nonsense')).toBe(404);
    expect(github.takeViolations()).toMatchObject([
      { errors: ['the stand-in does not model issues/list-labels-for-repo'] },
      { errors: ['GitHub has no such operation'] },
    ]);
  });
});

describe('the description judges', () => {
  test('answers: a missing field, a status nobody described, an error without shape', () => {
    const operation = contract.operation('GET', '/repos/{owner}/{repo}/git/ref/{ref}');
    const object = { type: 'commit', sha: 'a'.repeat(40), url: 'http://127.0.0.1/x' };
    const good = { ref: 'refs/heads/main', node_id: 'x', url: 'http://127.0.0.1/x', object };
    expect(operation.checkResponse(200, good)).toEqual([]);
    expect(operation.checkResponse(200, { ...good, ref: undefined })).toEqual(["/ must have required property 'ref'"]);
    expect(operation.checkResponse(200, { ...good, url: 'no url' })).toEqual(['/url must match format "uri"']);
    expect(operation.checkResponse(202, good)).toEqual(['status 202 is not described']);
    expect(operation.checkResponse(404, { message: 'Not Found' })).toEqual([]);
    expect(operation.checkResponse(403, { message: 7 })).toEqual(['/message must be string']);
  });

  test('null where and only where GitHub allows it', () => {
    const operation = contract.operation('GET', '/repos/{owner}/{repo}/collaborators/{username}/permission');
    expect(operation.checkResponse(200, { permission: 'read', role_name: 'read', user: null })).toEqual([]);
    expect(operation.checkResponse(200, { permission: null, role_name: 'read', user: null })).not.toEqual([]);
  });

  test('webhooks: an empty payload is wrong, an unknown event is unknown', () => {
    expect(contract.checkWebhook('issue_comment', { action: 'created' })).not.toEqual([]);
    expect(contract.checkWebhook('issue_comment', { action: 'shouted' })).toBeUndefined();
  });

  test('the accounts of listed installations by the mended text: a user passes, a thing without login does not', async () => {
    const operation = contract.operation('GET', '/app/installations');
    const { data } = await octokitAsApp(github).rest.apps.listInstallations();
    expect(data).toHaveLength(1);
    expect(operation.checkResponse(200, data)).toEqual([]);
    const errors = operation.checkResponse(200, [{ ...data[0], account: { id: 1 } }]);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.every((one) => one.startsWith('/0/account '))).toBe(true);
  });

  test('an operation that GitHub does not have cannot be modelled', () => {
    expect(() => contract.operation('GET', '/repos/{owner}/{repo}/nonsense')).toThrow('GitHub has no');
  });
});

test("what we deliver has every field of GitHub's own examples, at every depth", async () => {
  const repository = 'octo/hello';
  const { issue, delivery: opened } = await github.openIssue({ repository, by: 'alice', title: 'x', body: 'y' });
  const { delivery: created } = await github.comment({ repository, by: 'alice', number: issue.number, body: 'z' });
  await github.commit({ repository, branch: 'b', files: { 'a.txt': 'b\n' } });
  const { issue: pull, delivery: proposed } = await github.openPullRequest({
    repository,
    by: 'alice',
    title: 'x',
    head: 'b',
  });
  const line = { path: 'a.txt', line: 1, body: '?' };
  const { delivery: reviewed } = await github.reviewComment({ repository, by: 'alice', number: pull.number, ...line });
  for (const { event, action, body } of [opened, created, proposed, reviewed]) {
    const known = examples.find((one) => one.name === event)?.examples ?? [];
    const alike = known.filter((one) => 'action' in one && one.action === action);
    expect(alike.length, `${event}.${action}`).toBeGreaterThan(0);
    const missing = alike.flatMap((example) => missingPaths(example, JSON.parse(body)));
    expect(
      [...new Set(missing)].filter((path) => !SPECIAL_CASES.has(path)),
      `${event}.${action}`,
    ).toEqual([]);
  }
});

/** Paths of objects' keys that the example has and ours lacks; lists and nulls are not descended into. */
function missingPaths(example: unknown, ours: unknown, path = ''): string[] {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return [];
  if (typeof ours !== 'object' || ours === null) return [];
  const own = new Map<string, unknown>(Object.entries(ours));
  return Object.entries(example).flatMap(([key, value]) =>
    own.has(key) ? missingPaths(value, own.get(key), `${path}/${key}`) : [`${path}/${key}`],
  );
}
