import type { ModelPrice, PriceTable, RunBudget } from '#core/domain/run/budget.ts';
import { AppError } from '#core/domain/errors.ts';
import type { TokenUsage } from '#core/domain/run/run.ts';

const TOKENS_PER_PRICE = 1_000_000;

/** US dollars for what was used. Cached input tokens are part of the input tokens, reasoning tokens of the output tokens. */
export function costOf(price: ModelPrice, usage: TokenUsage): number {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  const sum = fresh * price.input + cached * price.cachedInput + usage.outputTokens * price.output;
  return sum / TOKENS_PER_PRICE;
}

/** A limit in money needs a price for every model that may be asked. @throws AppError `invalid` that names what to set. */
export function assertPriced(terms: {
  readonly budget: Pick<RunBudget, 'costUsdMax'>;
  readonly models: readonly string[];
  readonly prices: PriceTable;
}): void {
  if (terms.budget.costUsdMax === null) return;
  const missing = terms.models.filter((model) => !Object.hasOwn(terms.prices, model));
  if (missing.length === 0) return;
  throw new AppError(
    'invalid',
    `RUN_COST_USD_MAX is set, but MODEL_PRICES has no price for ${missing.join(', ')}; add one or unset the limit`,
  );
}
