import { beforeEach, describe, expect, test } from 'vitest';
import { CREATIONS_PER_MINUTE } from '#core/domain/rules/write-budget.ts';
import { eventually } from './eventually.ts';
import type { StoreSubjects } from './store-subject.ts';

const owner = { provider: 'github', installationId: 5_000_000_001 } as const;

/** What every write budget promises. */
export function writeBudgetContract(subjectOf: StoreSubjects): void {
  describe('write budget', () => {
    beforeEach(() => subjectOf().empty());

    test('workers share it: of many takes at once as many are granted as one may make, the rest is told to wait', async () => {
      const { store, others = [] } = subjectOf();
      const workers = [store, ...others];
      const each = Math.ceil((CREATIONS_PER_MINUTE + 20) / workers.length);
      const taken = await Promise.all(
        workers.flatMap(({ writeBudget }) => Array.from({ length: each }, () => writeBudget.take(owner))),
      );
      expect(taken.filter((one) => one.kind === 'granted')).toHaveLength(CREATIONS_PER_MINUTE);
      const waits = taken.flatMap((one) => (one.kind === 'wait' ? [one.waitMs] : []));
      expect(waits).toHaveLength(20);
      expect(Math.min(...waits)).toBeGreaterThan(0);
      expect(Math.max(...waits)).toBeLessThanOrEqual(70_000);
    });

    test('each installation has its own', async () => {
      const { writeBudget } = subjectOf().store;
      await writeBudget.close(owner, 60_000);
      expect(await writeBudget.take(owner)).toMatchObject({ kind: 'wait' });
      expect(await writeBudget.take({ ...owner, installationId: 7 })).toEqual({ kind: 'granted' });
      expect(await writeBudget.take({ ...owner, provider: 'gitlab' })).toEqual({ kind: 'granted' });
    });

    test('one that a worker closed is closed for all until its time, and a shorter wait opens nothing', async () => {
      const { store, others = [] } = subjectOf();
      const [one, two] = [store.writeBudget, (others[0] ?? store).writeBudget];
      expect(await one.take(owner)).toEqual({ kind: 'granted' });
      await one.close(owner, 60_000);
      await two.close(owner, 1);
      const taken = await two.take(owner);
      expect(taken.kind === 'wait' && taken.waitMs).toBeGreaterThan(50_000);
    });

    test('it opens again when its time is up', async () => {
      const { writeBudget } = subjectOf().store;
      await writeBudget.close(owner, 200);
      expect(await writeBudget.take(owner)).toMatchObject({ kind: 'wait' });
      await eventually(async () => (await writeBudget.take(owner)).kind === 'granted');
    });
  });
}
