import { expect, test } from 'vitest';
import { isBotName } from '../../../../../app/vcs/gitlab/wire/accounts.ts';
import { startGitLabWorld } from '../gitlab-world.ts';
import { startScriptedApi } from '../scripted-api.ts';

test('we know our own account by its number, asked once, also by callers at the same moment', async () => {
  await using world = await startGitLabWorld();
  const { id, login } = world.gitlab.bot;
  const [first, second] = await Promise.all([world.host.self(world.repo), world.host.self()]);
  expect(first).toEqual({ id, login, bot: true });
  expect(second).toEqual(first);
  expect(world.gitlab.requests.filter(({ path }) => path === '/user')).toHaveLength(1);
});

test('a failure to find our account is not remembered', async () => {
  await using world = await startGitLabWorld();
  world.gitlab.fault({ match: { path: /^\/user$/ }, status: 502 });
  await expect(world.host.self()).rejects.toMatchObject({ code: 'unavailable' });
  expect((await world.host.self()).bot).toBe(true);
});

test('commits are by the account as GitLab links it, or by whom configuration names', async () => {
  await using api = await startScriptedApi(() => ({ status: 404 }));
  expect(await api.host.commitAuthor()).toEqual({ name: 'astraforge', email: 'bot@example.test' });
  const gitAuthor = { name: 'Forge', email: 'forge@example.test' };
  await using named = await startScriptedApi(() => ({ status: 404 }), {}, { gitAuthor });
  expect(await named.host.commitAuthor()).toEqual(gitAuthor);
});

test.each([
  ['project_123_bot', true],
  ['project_123_bot1', true],
  ['project_123_bot_4ffca233d8298ea1', true],
  ['group_9_bot_4ffca233d8298ea1', true],
  ['service_account_group_9_4ffca233', true],
  ['support-bot', true],
  ['GitLab-Security-Bot', true],
  ['mona', false],
  ['project_123_bottle', false],
  ['my_project_123_bot', false],
  ['ghostwriter', false],
])('%s is known for a bot by its name: %s', (name, bot) => {
  expect(isBotName(name)).toBe(bot);
});
