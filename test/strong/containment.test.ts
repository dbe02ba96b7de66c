import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_CHECKS } from '../containment/all-checks.ts';
import type { Check } from '../containment/check.ts';
import { createUndo } from '../containment/undo.ts';
import { ENDED, openWorld } from '../containment/world.ts';
import type { Compared } from '../containment/world.ts';
import { ANSWERED_BY_GVISOR, ENDS_ITS_GUEST, SHOWS_NOTHING } from './answered-by-gvisor.ts';

const CHECKS_MIN = 150;
const CATEGORIES = [...new Set(ALL_CHECKS.map(({ category }) => category))];
const EXPLAINED = ANSWERED_BY_GVISOR.flatMap(({ ids }) => ids);
const LEFT_TO_OTHERS = [...EXPLAINED, ...SHOWS_NOTHING, ...ENDS_ITS_GUEST];
const CHECKED = ALL_CHECKS.filter(({ id }) => !LEFT_TO_OTHERS.includes(id));

describe('a workspace with gVisor is denied what an unconfined container is not', () => {
  const undo = createUndo();
  const found = new Map<string, Compared>();
  beforeAll(async () => {
    const world = await openWorld(undo, 'strong');
    const guest = await world.makeGuest();
    const endsIt = ({ id }: Check): boolean => ENDS_ITS_GUEST.includes(id);
    for (const category of CATEGORIES) {
      const checks = ALL_CHECKS.filter((check) => check.category === category && !endsIt(check));
      const compared = await world.compare(category === 'limits' ? await world.makeGuest() : guest, checks);
      for (const [id, answers] of compared) found.set(id, answers);
    }
    for (const check of ALL_CHECKS.filter(endsIt)) {
      const compared = await world.compare(await world.makeGuest(), [check], { mayEnd: true });
      for (const [id, answers] of compared) found.set(id, answers);
    }
  });
  afterAll(() => undo[Symbol.asyncDispose]());

  function answersOf(id: string): Compared {
    const { inside, outside } = found.get(id) ?? { inside: undefined, outside: undefined };
    expect(outside, 'the control must reach it').toMatchObject({ reached: true });
    return { inside, outside };
  }

  describe.each(CATEGORIES)('%s', (category) => {
    const ids = CHECKED.filter((check) => check.category === category).map(({ id }) => id);
    test.each(ids)('%s', (id) => {
      expect(answersOf(id).inside, 'the workspace must not').toMatchObject({ reached: false });
    });
  });

  describe('answered by gVisor, which is why it proves nothing:', () => {
    test.each(EXPLAINED)('%s', (id) => {
      expect(answersOf(id).inside, 'the reason has gone; take it off the list').toMatchObject({ reached: true });
    });
    test.each(SHOWS_NOTHING)('%s', (id) => {
      expect(answersOf(id).inside?.said).toContain('invalid literal');
    });
  });

  test.each(ENDS_ITS_GUEST)('%s end the guest that takes too many', (id) => {
    expect(answersOf(id).inside).toEqual({ reached: false, said: ENDED });
  });

  test('every check is here, and every one that proves nothing says why and where else to look', () => {
    expect(CHECKED.length).toBeGreaterThanOrEqual(CHECKS_MIN);
    expect(new Set(LEFT_TO_OTHERS).size).toBe(LEFT_TO_OTHERS.length);
    expect(LEFT_TO_OTHERS.filter((id) => !ALL_CHECKS.some((check) => check.id === id))).toEqual([]);
    expect(CHECKED.length + LEFT_TO_OTHERS.length).toBe(ALL_CHECKS.length);
    for (const { reason, instead } of ANSWERED_BY_GVISOR) expect([reason, instead]).not.toContain('');
  });
});
