import { expect, test } from 'vitest';
import { loadContract } from '../../../../fakes/github/contract.ts';
import { startGitHubWorld } from '../github-world.ts';
import { startScriptedApi, type ScriptedAnswer } from '../scripted-api.ts';

const contract = await loadContract();
const account = { id: 41, login: 'astraforge[bot]', type: 'Bot' };

function asGitHub(line: string, installations: unknown[]): ScriptedAnswer {
  if (line === 'GET /app') return { status: 200, body: { slug: 'astraforge' } };
  if (line.startsWith('GET /app/installations?')) return { status: 200, body: installations };
  return line === 'GET /users/astraforge%5Bbot%5D' ? { status: 200, body: account } : { status: 404, body: {} };
}

test('we know our own account by its number, through a token of the repository at hand', async () => {
  await using world = await startGitHubWorld({ contract });
  const { host, repo, github } = world;
  const { id, login } = github.app.botUser;
  expect(await host.self(repo)).toEqual({ id, login, bot: true });
  const [token] = github.ledger.filter((entry) => entry.kind === 'token.create');
  expect(token?.body).toEqual({ repository_ids: [repo.id], permissions: { metadata: 'read' } });
});

test('our account is asked for once, also by callers at the same moment', async () => {
  await using world = await startGitHubWorld({ contract });
  await Promise.all([world.host.self(world.repo), world.host.self(world.repo)]);
  await world.host.self();
  expect(world.github.requests.filter(({ path }) => path === '/app')).toHaveLength(1);
});

test('a failure to find our account is not remembered', async () => {
  await using world = await startGitHubWorld({ contract });
  world.github.fault({ match: { path: /^\/users\// }, status: 502 });
  await expect(world.host.self(world.repo)).rejects.toMatchObject({ code: 'unavailable' });
  expect((await world.host.self(world.repo)).bot).toBe(true);
});

test('without a repository at hand our account is found through any installation that is not suspended', async () => {
  const installations = [
    { id: 1, suspended_at: '2026-01-01T00:00:00Z' },
    { id: 2, suspended_at: null },
  ];
  await using api = await startScriptedApi(({ line }) => asGitHub(line, installations));
  expect(await api.host.self()).toEqual({ id: 41, login: 'astraforge[bot]', bot: true });
  expect(api.minted).toMatchObject(['/app/installations/2/access_tokens']);
});

test('an App that is installed nowhere has no way to find its account', async () => {
  await using api = await startScriptedApi(({ line }) => asGitHub(line, []));
  await expect(api.host.self()).rejects.toMatchObject({ code: 'missing' });
});

test('commits are by the account as GitHub links it, or by whom configuration names', async () => {
  await using api = await startScriptedApi(({ line }) => asGitHub(line, [{ id: 2 }]));
  const email = '41+astraforge[bot]@users.noreply.127.0.0.1';
  expect(await api.host.commitAuthor()).toEqual({ name: 'astraforge[bot]', email });
  const gitAuthor = { name: 'Forge', email: 'forge@example.test' };
  await using named = await startScriptedApi(({ line }) => asGitHub(line, []), {}, { gitAuthor });
  expect(await named.host.commitAuthor()).toEqual(gitAuthor);
  expect(named.requests).toEqual([]);
});
