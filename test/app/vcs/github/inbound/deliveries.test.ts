import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadContract } from '../../../../fakes/github/contract.ts';
import { startHookCatcher, type HookCatcher } from '../../../../fakes/git-host/hook-catcher.ts';
import { startGitHubWorld, type GitHubWorld } from '../github-world.ts';

const contract = await loadContract();

let hooks: HookCatcher;

beforeAll(async () => {
  hooks = await startHookCatcher();
});
afterAll(() => hooks[Symbol.asyncDispose]());

const open = (world: GitHubWorld) => world.github.openIssue({ repository: world.repository, by: 'ada', title: 'x' });
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

async function deliveredTo(status: number): Promise<GitHubWorld> {
  const world = await startGitHubWorld({ contract });
  hooks.status = status;
  hooks.caught.length = 0;
  world.github.webhookTarget = hooks.url;
  return world;
}

test('a delivery that no attempt brought a 2xx is told apart from one that a repetition brought', async () => {
  await using world = await deliveredTo(503);
  const { delivery: missed } = await open(world);
  const { delivery: healed } = await open(world);
  hooks.status = 202;
  await world.github.redeliver(healed.guid);
  const { deliveries, next } = await world.host.listDeliveries({ since: ago(60_000), cursor: undefined });
  const known = deliveries.map(({ guid, ok }) => [guid, ok]);
  expect(known).toEqual([
    [healed.guid, true],
    [healed.guid, true],
    [missed.guid, false],
  ]);
  expect(deliveries[2]?.externalId).toBe(String(missed.id));
  expect(next).toBeUndefined();
});

test('all pages are read by their cursors, and no further than to the moment that is asked for', async () => {
  await using world = await deliveredTo(202);
  for (let index = 0; index < 105; index += 1) await open(world);
  const first = await world.host.listDeliveries({ since: ago(60_000), cursor: undefined });
  expect(first.deliveries).toHaveLength(100);
  const second = await world.host.listDeliveries({ since: ago(60_000), cursor: first.next });
  expect([second.deliveries.length, second.next]).toEqual([5, undefined]);
  const later = await world.host.listDeliveries({ since: ago(-60_000), cursor: undefined });
  expect(later).toEqual({ deliveries: [], next: undefined });
});

test('a delivery that is asked for again arrives under its GUID', async () => {
  await using world = await deliveredTo(500);
  const { delivery } = await open(world);
  await world.host.redeliver(String(delivery.id));
  await world.github.settled();
  expect(hooks.caught.map(({ headers }) => headers['x-github-delivery'])).toEqual([delivery.guid, delivery.guid]);
});

test('what GitHub has forgotten is missing, and no other path is ever asked for', async () => {
  await using world = await deliveredTo(202);
  await expect(world.host.redeliver('17')).rejects.toMatchObject({ code: 'missing' });
  await expect(world.host.redeliver('../installations')).rejects.toMatchObject({ code: 'invalid' });
});

test('a list that GitHub does not give is no empty list', async () => {
  await using world = await deliveredTo(202);
  world.github.fault({ match: { path: /hook\/deliveries/ }, status: 502 });
  const asked = world.host.listDeliveries({ since: ago(60_000), cursor: undefined });
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
});
