import { expect, it } from 'vitest';
import { NO_USAGE } from '#core/domain/run/run.ts';
import { budgetLeft, spentTogether, type Spending } from '#core/domain/run/spending.ts';

const used = (inputTokens: number, costUsd: number | null): Spending => ({
  usage: { inputTokens, cachedInputTokens: 1, outputTokens: 10, reasoningTokens: 2 },
  costUsd,
});
const unused: Spending = { usage: NO_USAGE, costUsd: null };

it('the tries of a run are counted together', () => {
  expect(spentTogether(used(100, 0.5), used(50, 0.25))).toEqual({
    usage: { inputTokens: 150, cachedInputTokens: 2, outputTokens: 20, reasoningTokens: 4 },
    costUsd: 0.75,
  });
});

it.each([
  ['nothing used at all', unused, { ...unused, costUsd: 0 }, null],
  ['nothing used before', unused, used(1, 0.2), 0.2],
  ['nothing used now', used(1, 0.2), { ...unused, costUsd: 0 }, 0.2],
  ['a price not known now', used(1, 0.2), used(1, null), null],
  ['a price not known before', used(1, null), used(1, 0.2), null],
])('dollars with %s', (...[, before, now, costUsd]) => {
  expect(spentTogether(before, now).costUsd).toBe(costUsd);
});

it('a further try has what the tries before left, and never less than nothing', () => {
  const limits = { tokensMax: 1_000, costUsdMax: 1 };
  const deadline = '2026-01-01T00:00:00.000Z';
  expect(budgetLeft(limits, used(490, 0.25), deadline)).toEqual({ tokensMax: 500, costUsdMax: 0.75, deadline });
  expect(budgetLeft(limits, used(5_000, 3), deadline)).toEqual({ tokensMax: 0, costUsdMax: 0, deadline });
  expect(budgetLeft({ ...limits, costUsdMax: null }, unused, deadline).costUsdMax).toBeNull();
});
