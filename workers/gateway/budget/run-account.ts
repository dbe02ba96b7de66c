import type { ServerResponse } from 'node:http';
import type { PriceTable, RunBudget } from '#core/domain/run/budget.ts';
import type { TokenUsage } from '#core/domain/run/run.ts';
import { createBudgetGate, type BudgetGate } from './budget-gate.ts';
import { assertPriced } from './prices.ts';
import { createByteRoom, type ByteRoom } from '../model/read-body.ts';
import type { Limit } from './spend.ts';
import { createWorkPacer, type WorkPacer } from './work-pacer.ts';

/** What one run may do at the model, and who hears of what it may not. */
export interface AccountTerms {
  readonly budget: RunBudget;
  /** Models that may be asked. */
  readonly models: readonly string[];
  readonly prices: PriceTable;
  /** Called for each refusal, as it happens, with what was wrong in words of ours. Must not throw. */
  readonly onRefused: (what: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What one run did at its door, and the calls that must end with it. */
export interface RunAccount {
  readonly runId: string;
  readonly epoch: number;
  readonly models: ReadonlySet<string>;
  /** Where calls ask whether the budget has room for them, and say what they used. */
  readonly gate: BudgetGate;
  /** What the request bodies of the run fill that wait or are under way. */
  readonly bodies: ByteRoom;
  /** In whose time they are read. */
  readonly pacer: WorkPacer;
  /** Tokens used so far, answers that were cut with all they could have used. */
  usage(): TokenUsage;
  /** US dollars spent so far; null when the price of a model that was used is not known. */
  costUsd(): number | null;
  /** The first limit that a call was refused for; null while there is none. */
  exhausted(): Limit | null;
  /** Requests refused by rule, answered 400, 403 or 415; a budget that is used up is no refusal. */
  refused(): number;
  refuse(what: string): void;
  /** Keeps an unfinished call, so that `end` can cut it. */
  hold(response: ServerResponse): void;
  /** Cuts every unfinished call, those that wait for room included. Idempotent. */
  end(): void;
}

/** Two bodies of the longest kind, or some hundred usual ones. */
const BODY_BYTES_MAX = 128 * 1024 * 1024;

/**
 * Opens the account of a run with nothing on it.
 * @throws AppError `invalid` when money is limited and a model that may be asked has no price.
 */
export function openAccount(run: { readonly runId: string; readonly epoch: number }, terms: AccountTerms): RunAccount {
  assertPriced(terms);
  const calls = new Set<ServerResponse>();
  const gate = createBudgetGate(terms);
  let refusals = 0;
  return {
    ...run,
    models: new Set(terms.models),
    gate,
    bodies: createByteRoom(BODY_BYTES_MAX),
    pacer: createWorkPacer(),
    usage: gate.usage,
    costUsd: gate.costUsd,
    exhausted: gate.exhausted,
    refused: () => refusals,
    refuse(what) {
      refusals += 1;
      terms.onRefused(what);
    },
    hold(response) {
      calls.add(response);
      response.once('close', () => calls.delete(response));
    },
    end() {
      for (const call of calls) call.destroy();
    },
  };
}
