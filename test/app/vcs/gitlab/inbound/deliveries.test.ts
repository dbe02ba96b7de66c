import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHookCatcher, type HookCatcher } from '../../../../fakes/git-host/hook-catcher.ts';
import { startGitLabWorld, type GitLabWorld } from '../gitlab-world.ts';

let hooks: HookCatcher;

beforeAll(async () => {
  hooks = await startHookCatcher();
});
afterAll(() => hooks[Symbol.asyncDispose]());

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const open = ({ gitlab, repository }: GitLabWorld) => gitlab.openIssue({ repository, by: 'ada', title: 'x' });

async function deliveredTo(
  status: number,
  options: Parameters<typeof startGitLabWorld>[0] = {},
  webhookUrl: string | undefined = hooks.url,
): Promise<GitLabWorld> {
  const world = await startGitLabWorld(
    { signed: true, autoDisable: false, ...options },
    webhookUrl === undefined ? {} : { webhookUrl },
  );
  hooks.status = status;
  hooks.caught.length = 0;
  world.gitlab.webhookTarget = hooks.url;
  return world;
}

async function listAll(world: GitLabWorld, since = ago(60_000)) {
  const found = [];
  let cursor: string | undefined;
  do {
    const page = await world.host.listDeliveries({ since, cursor });
    found.push(...page.deliveries);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

test('a delivery that no attempt brought a 2xx is told apart from one that a repetition brought', async () => {
  await using world = await deliveredTo(503);
  const { delivery: missed } = await open(world);
  const { delivery: healed } = await open(world);
  hooks.status = 202;
  await world.gitlab.redeliver(healed.guid);
  const known = (await listAll(world)).map(({ guid, ok }) => [guid, ok]);
  expect(known).toEqual([
    [healed.guid, true],
    [healed.guid, false],
    [missed.guid, false],
  ]);
});

test.each([true, false])(
  'all pages of all hooks are read, and no further than to the moment that is asked for (signed: %s)',
  async (signed) => {
    await using world = await deliveredTo(202, { signed });
    const { gitlab } = world;
    gitlab.createGroup('team');
    gitlab.setGroupPermission('team', gitlab.bot.login, 50);
    gitlab.addHook({ group: 'team', url: hooks.url, token: gitlab.webhookSecret });
    gitlab.addHook({ repository: world.repository, url: 'https://elsewhere.invalid/hook', token: 'x', triggers: [] });
    for (let index = 0; index < 45; index += 1) await open(world);
    await gitlab.settled();
    const found = await listAll(world);
    expect(found).toHaveLength(90);
    expect(new Set(found.map(({ guid }) => guid)).size).toBe(90);
    expect(await listAll(world, ago(-60_000))).toEqual([]);
  },
);

test('a delivery that is asked for again arrives under its key, by a hook of a project and by one of a group', async () => {
  await using world = await deliveredTo(500);
  const { gitlab } = world;
  gitlab.setGroupPermission('team', gitlab.bot.login, 50);
  gitlab.addHook({ group: 'team', url: hooks.url, token: gitlab.webhookSecret });
  await open(world);
  await gitlab.settled();
  hooks.status = 202;
  for (const { externalId } of await listAll(world)) await world.host.redeliver(externalId);
  const keys = hooks.caught.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(2);
});

test('the sixth repetition within a minute is refused as limited, and no other path is ever asked for', async () => {
  await using world = await deliveredTo(202);
  await open(world);
  const [event] = await listAll(world);
  const again = () => world.host.redeliver(event?.externalId ?? '');
  for (let index = 0; index < world.host.redeliveriesMax; index += 1) await again();
  await expect(again()).rejects.toMatchObject({ code: 'limited' });
  await expect(world.host.redeliver('projects/1/hooks/2/events/../../3')).rejects.toMatchObject({ code: 'invalid' });
  await expect(world.host.redeliver('projects/1/hooks/2/events/3')).rejects.toMatchObject({ code: 'missing' });
});

test('a bot that may not see hooks says so, and so does one that was not told their address', async () => {
  await using weak = await deliveredTo(503, { botLevel: 30 });
  await open(weak);
  const { deliveries, hindered } = await weak.host.listDeliveries({ since: ago(60_000), cursor: undefined });
  expect(deliveries).toEqual([]);
  expect(hindered).toMatch(/of 1 of 1 projects I see no webhook to GITLAB_WEBHOOK_URL; .* Maintainer/);
  await using unset = await startGitLabWorld();
  expect(await unset.host.listDeliveries({ since: ago(1), cursor: undefined })).toEqual({
    ...{ deliveries: [], next: undefined, hindered: 'GITLAB_WEBHOOK_URL is not set, so I cannot tell my webhooks' },
  });
});

test('a list that GitLab does not give is no empty list', async () => {
  await using world = await deliveredTo(202);
  await open(world);
  world.gitlab.fault({ match: { path: /\/events$/ }, status: 502 });
  await expect(listAll(world)).rejects.toMatchObject({ code: 'unavailable' });
});
