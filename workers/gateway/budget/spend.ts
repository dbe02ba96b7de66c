import type { ModelPrice, PriceTable, RunBudget } from '#core/domain/run/budget.ts';
import { NO_USAGE, type TokenUsage } from '#core/domain/run/run.ts';
import { costOf } from './prices.ts';

/** What a run can run out of. */
export type Limit = 'tokens' | 'cost' | 'deadline';

/** What a call asks, and the most it can use. */
export interface CallBound {
  readonly model: string;
  readonly inputTokensMax: number;
  readonly outputTokensMax: number;
}

/** A place kept for a call that is under way. */
export interface Room {
  readonly model: string;
  readonly tokens: number;
  readonly costUsd: number;
}

/** What a budget allows and by what it is counted. */
export interface SpendTerms {
  readonly budget: RunBudget;
  readonly prices: PriceTable;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What one run spent, and what calls under way may still spend. */
export interface Spend {
  usage(): TokenUsage;
  /** US dollars; null when the price of a model that was used is not known. */
  costUsd(): number | null;
  /** Milliseconds until no call may begin any more; 0 or less when that is now. */
  msLeft(): number;
  /** The limit that leaves nothing to spend; null while something is left. */
  reached(): Limit | null;
  /** Rooms kept now. */
  kept(): number;
  /** Whether all that was spent, all that is kept and this call at its most stay within the limits. */
  fits(bound: CallBound): boolean;
  keep(bound: CallBound): Room;
  /** Counts what a call used in the place of its room; false, and nothing is counted, when that was done already. */
  settle(room: Room, used: TokenUsage): boolean;
}

/** Opens the books of one run. */
export function openSpend({ budget, prices: table, now }: SpendTerms): Spend {
  const prices: ReadonlyMap<string, ModelPrice> = new Map(Object.entries(table));
  const deadlineMs = Date.parse(budget.deadline);
  const rooms = new Set<Room>();
  let total = NO_USAGE;
  let cost: number | null = 0;

  const tokens = (): number => total.inputTokens + total.outputTokens;
  const msLeft = (): number => deadlineMs - now();
  const roomFor = (bound: CallBound): Room => roomOf(bound, prices.get(bound.model));
  return {
    usage: () => total,
    costUsd: () => cost,
    msLeft,
    kept: () => rooms.size,
    reached() {
      if (!(msLeft() > 0)) return 'deadline';
      if (tokens() >= budget.tokensMax) return 'tokens';
      return budget.costUsdMax !== null && (cost ?? Infinity) >= budget.costUsdMax ? 'cost' : null;
    },
    fits(bound) {
      const all = [roomFor(bound), ...rooms];
      const tokensThen = all.reduce((sum, room) => sum + room.tokens, tokens());
      const costThen = all.reduce((sum, room) => sum + room.costUsd, cost ?? Infinity);
      return tokensThen <= budget.tokensMax && (budget.costUsdMax === null || costThen <= budget.costUsdMax);
    },
    keep(bound) {
      const room = roomFor(bound);
      rooms.add(room);
      return room;
    },
    settle(room, used) {
      if (!rooms.delete(room)) return false;
      total = addUsage(total, used);
      if (used.inputTokens + used.outputTokens === 0 || cost === null) return true;
      const price = prices.get(room.model);
      cost = price === undefined ? null : cost + costOf(price, used);
      return true;
    },
  };
}

function roomOf({ model, inputTokensMax, outputTokensMax }: CallBound, price: ModelPrice | undefined): Room {
  const worst: TokenUsage = { ...NO_USAGE, inputTokens: inputTokensMax, outputTokens: outputTokensMax };
  const dearest = price && { ...price, input: Math.max(price.input, price.cachedInput) };
  return {
    model,
    tokens: inputTokensMax + outputTokensMax,
    costUsd: dearest === undefined ? 0 : costOf(dearest, worst),
  };
}

function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
  };
}
