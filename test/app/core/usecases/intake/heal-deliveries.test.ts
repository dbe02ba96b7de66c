import { expect, test } from 'vitest';
import { AppError } from '#core/domain/errors.ts';
import type { HostDelivery } from '#core/ports/host/delivery-log.ts';
import type { Healing, HealingStanding, MissedDelivery, TurnDone } from '#core/ports/healing.ts';
import type { LogFields } from '#core/ports/runtime.ts';
import { healDeliveries } from '#core/usecases/intake/heal-deliveries.ts';

const AT = '2026-11-26T12:00:00.000Z';
const aHostDelivery = (guid: string, ok: boolean, externalId = guid): HostDelivery => ({
  externalId,
  guid,
  deliveredAt: AT,
  ok,
});

/** A record of one turn, and a host whose list is given page by page. */
function scene(pages: readonly (readonly HostDelivery[])[], failing: ReadonlyMap<string, AppError> = new Map()) {
  const seen = {
    since: [] as string[],
    asked: [] as string[],
    finished: [] as TurnDone[],
    logs: [] as string[],
  };
  const noted: MissedDelivery[] = [];
  const turn = { at: AT, healedTo: undefined as string | undefined, hindered: undefined as string | undefined };
  const healing: Healing = {
    takeTurn: async () => turn,
    finishTurn: async (_provider, done) => void seen.finished.push(done),
    noteMissed: async (_provider, missed) => noted.push(...missed) && missed.length,
    takeDue: async (_provider, { countMax }) => noted.slice(0, countMax),
    standing: async (): Promise<HealingStanding | undefined> => undefined,
  };
  const say = (_fields: LogFields, message: string) => void seen.logs.push(message);
  const deps = {
    store: { healing },
    everyMs: 120_000,
    host: {
      redeliveriesMax: 150,
      listDeliveries: async ({ since, cursor }: { since: string; cursor: string | undefined }) => {
        seen.since.push(since);
        const page = Number(cursor ?? 0);
        const deliveries = pages[page];
        if (deliveries === undefined) throw new AppError('unavailable', 'no such page');
        return { deliveries, next: page + 1 < pages.length ? String(page + 1) : undefined };
      },
      redeliver: async (externalId: string) => {
        const error = failing.get(externalId);
        if (error !== undefined) throw error;
        seen.asked.push(externalId);
      },
    },
    logger: { debug: say, info: say, warn: say, error: say },
  };
  return { deps, seen, turn };
}

test('of all pages each delivery that no attempt brought an answer is asked for, once', async () => {
  const pages = [
    [aHostDelivery('a', true, '9'), aHostDelivery('b', false, '8')],
    [aHostDelivery('b', false, '7'), aHostDelivery('a', false, '6'), aHostDelivery('c', false, '5')],
  ];
  const { deps, seen } = scene(pages);
  await healDeliveries(deps, 'github');
  expect(seen.asked).toEqual(['7', '5']);
  expect(seen.logs).toEqual(['missed deliveries were asked for again']);
});

test('the first look goes back one hour, later ones to where the last got', async () => {
  const { deps, seen, turn } = scene([[]]);
  await healDeliveries(deps, 'github');
  turn.healedTo = '2026-11-25T00:00:00.000Z';
  await healDeliveries(deps, 'github');
  expect(seen.since).toEqual(['2026-11-26T11:00:00.000Z', '2026-11-25T00:00:00.000Z']);
});

test('what the host may list late is looked at again: two minutes stay open', async () => {
  const { deps, seen } = scene([[]]);
  await healDeliveries(deps, 'github');
  expect(seen.finished).toEqual([{ healedTo: '2026-11-26T11:58:00.000Z', dueInMs: 120_000, hindered: null }]);
});

test('a look that fails is repeated soon, and begins where it did', async () => {
  const { deps, seen } = scene([]);
  await expect(healDeliveries(deps, 'github')).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen.finished).toEqual([{ healedTo: undefined, dueInMs: 30_000 }]);
});

test('of many that were missed 150 are asked for at a time, and the rest a minute later', async () => {
  const many = Array.from({ length: 500 }, (_, index) => aHostDelivery(`guid-${index}`, false));
  const { deps, seen } = scene([many]);
  await healDeliveries(deps, 'github');
  expect(seen.asked).toHaveLength(150);
  expect(seen.finished).toMatchObject([{ dueInMs: 60_000 }]);
});

test('one that the host has forgotten keeps no other up, a host that wants to be left alone is left alone', async () => {
  const page = ['a', 'b', 'c', 'd'].map((guid) => aHostDelivery(guid, false));
  const failing = new Map([
    ['b', new AppError('missing', 'gone')],
    ['d', new AppError('limited', 'wait', { retryAfterMs: 60_000 })],
  ]);
  const { deps, seen } = scene([page], failing);
  await healDeliveries(deps, 'github');
  expect(seen.asked).toEqual(['a', 'c']);
  expect(seen.finished).toHaveLength(1);
});

test('nobody asks the host when it is not their turn', async () => {
  const { deps, seen } = scene([[aHostDelivery('a', false)]]);
  const resting = { ...deps.store.healing, takeTurn: async () => undefined };
  await healDeliveries({ ...deps, store: { healing: resting } }, 'github');
  expect(seen.since).toEqual([]);
});

test('what hinders the host is said when it begins, not at every look, and moves nothing on when nothing was listed', async () => {
  const { deps, seen, turn } = scene([[]]);
  const host = {
    ...deps.host,
    listDeliveries: async () => ({ deliveries: [], next: undefined, hindered: 'too weak' }),
  };
  await healDeliveries({ ...deps, host }, 'gitlab');
  turn.hindered = 'too weak';
  await healDeliveries({ ...deps, host }, 'gitlab');
  expect(seen.logs.filter((line) => line === 'missed deliveries cannot all be found')).toHaveLength(1);
  const done = { healedTo: undefined, dueInMs: 120_000, hindered: 'too weak' };
  expect(seen.finished).toEqual([done, done]);
});

test('of a host that takes five at a time five are asked for', async () => {
  const many = Array.from({ length: 20 }, (_, index) => aHostDelivery(`guid-${index}`, false));
  const { deps, seen } = scene([many]);
  await healDeliveries({ ...deps, host: { ...deps.host, redeliveriesMax: 5 } }, 'gitlab');
  expect(seen.asked).toHaveLength(5);
  expect(seen.finished).toMatchObject([{ dueInMs: 60_000 }]);
});
