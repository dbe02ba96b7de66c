import type { RunBudget } from './budget.ts';
import type { RunLimits } from './run-limits.ts';
import type { Run, TokenUsage } from './run.ts';

/** What a run used of the model. */
export type Spending = Pick<Run, 'usage' | 'costUsd'>;

/** What earlier tries of a run used and what this one used, together. Dollars are unknown as soon as one part of them is. */
export function spentTogether(before: Spending, now: Spending): Spending {
  return {
    usage: {
      inputTokens: before.usage.inputTokens + now.usage.inputTokens,
      cachedInputTokens: before.usage.cachedInputTokens + now.usage.cachedInputTokens,
      outputTokens: before.usage.outputTokens + now.usage.outputTokens,
      reasoningTokens: before.usage.reasoningTokens + now.usage.reasoningTokens,
    },
    costUsd: sumUsd(before, now),
  };
}

function sumUsd(before: Spending, now: Spending): number | null {
  if (isUnused(before.usage)) return isUnused(now.usage) ? null : now.costUsd;
  if (isUnused(now.usage)) return before.costUsd;
  return before.costUsd === null || now.costUsd === null ? null : before.costUsd + now.costUsd;
}

function isUnused({ inputTokens, outputTokens }: TokenUsage): boolean {
  return inputTokens === 0 && outputTokens === 0;
}

/** What is left for the next try of a run; `deadline` is ISO 8601 UTC. */
export function budgetLeft(
  limits: Pick<RunLimits, 'tokensMax' | 'costUsdMax'>,
  { usage, costUsd }: Spending,
  deadline: string,
): RunBudget {
  return {
    tokensMax: Math.max(0, limits.tokensMax - usage.inputTokens - usage.outputTokens),
    costUsdMax: limits.costUsdMax === null ? null : Math.max(0, limits.costUsdMax - (costUsd ?? 0)),
    deadline,
  };
}
