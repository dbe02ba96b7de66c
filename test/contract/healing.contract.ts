import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MissedDelivery } from '#core/ports/healing.ts';
import { eventually } from './eventually.ts';
import { aDelivery, type StoreSubjects } from './store-subject.ts';

const TRIES = { triesMax: 3, waitMs: 60_000, longestMs: 600_000, countMax: 100 };
const AT_ONCE = { ...TRIES, waitMs: 0 };
const HOUR_MS = 3_600_000;

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const aMissed = (same: Partial<MissedDelivery> = {}): MissedDelivery => ({
  guid: randomUUID(),
  externalId: '4294967297',
  deliveredAt: ago(60_000),
  ...same,
});

/** What the record of healing promises. */
export function healingContract(subjectOf: StoreSubjects): void {
  describe('healing', () => {
    beforeEach(() => subjectOf().empty());

    test('of ten workers at once one takes the turn, and nobody before it is due again', async () => {
      const { healing } = subjectOf().store;
      const turns = await Promise.all(Array.from({ length: 10 }, () => healing.takeTurn('github', HOUR_MS)));
      const taken = turns.filter((turn) => turn !== undefined);
      expect(taken).toHaveLength(1);
      expect(taken[0]?.healedTo).toBeUndefined();
      expect(Math.abs(Date.now() - Date.parse(taken[0]?.at ?? ''))).toBeLessThan(60_000);
      await healing.finishTurn('github', { healedTo: ago(HOUR_MS), dueInMs: HOUR_MS });
      expect(await healing.takeTurn('github', HOUR_MS)).toBeUndefined();
      expect(await healing.takeTurn('gitlab', HOUR_MS)).toBeDefined();
    });

    test('the next turn begins where the last one got to, and a late or failed one moves nothing back', async () => {
      const { healing } = subjectOf().store;
      const healedTo = ago(HOUR_MS);
      await healing.takeTurn('github', HOUR_MS);
      await healing.finishTurn('github', { healedTo, dueInMs: HOUR_MS });
      await healing.finishTurn('github', { healedTo: ago(2 * HOUR_MS), dueInMs: HOUR_MS });
      await healing.finishTurn('github', { healedTo: undefined, dueInMs: 0 });
      const turn = await eventually(() => healing.takeTurn('github', HOUR_MS));
      expect(turn.healedTo).toBe(healedTo);
    });

    test('a turn whose worker died is taken over when its time is up, from the same moment', async () => {
      const { healing } = subjectOf().store;
      expect(await healing.takeTurn('github', 50)).toMatchObject({ healedTo: undefined });
      const turn = await eventually(() => healing.takeTurn('github', HOUR_MS));
      expect(turn.healedTo).toBeUndefined();
    });

    test('only what is not on record is missed, and each is noted once', async () => {
      const { healing, inbox } = subjectOf().store;
      const here = aDelivery();
      await inbox.record(here);
      const missed = aMissed();
      expect(await healing.noteMissed('github', [missed, aMissed({ guid: here.guid })])).toBe(1);
      expect(await healing.noteMissed('github', [{ ...missed, externalId: '7' }])).toBe(0);
      expect(await healing.noteMissed('github', [])).toBe(0);
      expect(await healing.takeDue('github', TRIES)).toEqual([missed]);
    });

    test('a missed one is due at once, then after its wait, and never after its last try', async () => {
      const { healing } = subjectOf().store;
      await healing.noteMissed('github', [aMissed()]);
      expect(await healing.takeDue('github', TRIES)).toHaveLength(1);
      expect(await healing.takeDue('github', TRIES)).toEqual([]);
      await healing.noteMissed('github', [aMissed()]);
      for (let tries = 0; tries < AT_ONCE.triesMax; tries += 1)
        expect(await healing.takeDue('github', AT_ONCE)).toHaveLength(1);
      expect(await healing.takeDue('github', AT_ONCE)).toEqual([]);
    });

    test('what has arrived meanwhile is not asked for again', async () => {
      const { healing, inbox } = subjectOf().store;
      const missed = aMissed();
      await healing.noteMissed('github', [missed]);
      await inbox.record(aDelivery({ guid: missed.guid }));
      expect(await healing.takeDue('github', TRIES)).toEqual([]);
    });

    test('two workers share what is due, the oldest first', async () => {
      const { healing } = subjectOf().store;
      const missed = Array.from({ length: 20 }, (_, index) => aMissed({ deliveredAt: ago((index + 1) * 1_000) }));
      await healing.noteMissed('github', missed);
      const first = await healing.takeDue('github', { ...TRIES, countMax: 5 });
      expect(first).toEqual(missed.slice(-5).toReversed());
      const rest = await Promise.all([healing.takeDue('github', TRIES), healing.takeDue('github', TRIES)]);
      const guids = [first, ...rest].flat().map(({ guid }) => guid);
      expect(guids.toSorted()).toEqual(missed.map(({ guid }) => guid).toSorted());
    });

    test('what was found missing is counted as recovered, on its way or lost', async () => {
      const { healing, inbox } = subjectOf().store;
      expect(await healing.standing('github', 3)).toBeUndefined();
      const [back, gone] = [aMissed(), aMissed()];
      const healedTo = ago(0);
      await healing.takeTurn('github', HOUR_MS);
      await healing.noteMissed('github', [back, gone]);
      for (let tries = 0; tries < 3; tries += 1) await healing.takeDue('github', AT_ONCE);
      await healing.noteMissed('github', [aMissed()]);
      await inbox.record(aDelivery({ guid: back.guid }));
      await healing.finishTurn('github', { healedTo, dueInMs: HOUR_MS });
      expect(await healing.standing('github', 3)).toEqual({
        ...{ healedTo, hindered: undefined, recovered: 1, pending: 1, lost: 1 },
      });
    });

    test('what hinders it is told until a turn is not hindered, also where nothing was ever compared', async () => {
      const { healing } = subjectOf().store;
      await healing.takeTurn('gitlab', 1);
      const done = { healedTo: undefined, dueInMs: 0 };
      await healing.finishTurn('gitlab', { ...done, hindered: 'the token is too weak' });
      await healing.finishTurn('gitlab', done);
      expect(await healing.standing('gitlab', 3)).toMatchObject({
        ...{ healedTo: undefined, hindered: 'the token is too weak', pending: 0 },
      });
      const turn = await eventually(() => healing.takeTurn('gitlab', 1));
      expect(turn.hindered).toBe('the token is too weak');
      await healing.finishTurn('gitlab', { ...done, hindered: null });
      expect(await healing.standing('gitlab', 3)).toBeUndefined();
    });
  });
}
