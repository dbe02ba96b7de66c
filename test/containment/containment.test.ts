import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_CHECKS } from './all-checks.ts';
import type { Category } from './check.ts';
import { createUndo } from './undo.ts';
import { openWorld } from './world.ts';
import type { Compared } from './world.ts';

const CHECKS_MIN = 150;
const CATEGORIES = [...new Set(ALL_CHECKS.map(({ category }) => category))];
/** Takes all that a guest may have, so it gets one of its own. */
const RUINOUS: Category = 'limits';

describe('a workspace is denied what an unconfined container is not', () => {
  const undo = createUndo();
  const found = new Map<string, Compared>();
  beforeAll(async () => {
    const world = await openWorld(undo);
    const guest = await world.makeGuest();
    for (const category of CATEGORIES) {
      const checks = ALL_CHECKS.filter((check) => check.category === category);
      const compared = await world.compare(category === RUINOUS ? await world.makeGuest() : guest, checks);
      for (const [id, answers] of compared) found.set(id, answers);
    }
  });
  afterAll(() => undo[Symbol.asyncDispose]());

  describe.each(CATEGORIES)('%s', (category) => {
    const ids = ALL_CHECKS.filter((check) => check.category === category).map(({ id }) => id);
    test.each(ids)('%s', (id) => {
      const { inside, outside } = found.get(id) ?? {};
      expect(outside, 'the control must reach it').toMatchObject({ reached: true });
      expect(inside, 'the workspace must not').toMatchObject({ reached: false });
    });
  });

  test('there are at least 150 checks, each with a name of its own', () => {
    expect(ALL_CHECKS.length).toBeGreaterThanOrEqual(CHECKS_MIN);
    expect(new Set(ALL_CHECKS.map(({ id }) => id)).size).toBe(ALL_CHECKS.length);
  });
});
