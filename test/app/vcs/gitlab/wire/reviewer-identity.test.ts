import { expect, test } from 'vitest';
import { createGitLab } from '../../../../../app/vcs/gitlab/plugin.ts';
import { startGitLabWorld } from '../gitlab-world.ts';

test('a second account is known beside our own, and its token is a secret from the start', async () => {
  await using world = await startGitLabWorld();
  const { gitlab, repo } = world;
  const { token } = gitlab.issuePersonalToken({ login: 'critic' });
  const registered: string[] = [];
  const host = createGitLab(
    { url: gitlab.url, token: gitlab.botToken.token, reviewerToken: token, projects: ['team/**'] },
    { registerSecret: (secret) => registered.push(secret) },
  );
  expect(registered).toEqual([gitlab.botToken.token, token]);
  expect((await host.self(repo)).id).toBe(gitlab.bot.id);
  expect(await host.reviewer?.(repo)).toMatchObject({ login: 'critic' });
});

test('where no second account is configured there is one account', async () => {
  await using world = await startGitLabWorld();
  expect(await world.host.reviewer?.(world.repo)).toBeUndefined();
});
