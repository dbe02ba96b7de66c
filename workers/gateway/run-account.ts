import type { ServerResponse } from 'node:http';
import { NO_USAGE, type TokenUsage } from '#core/domain/run.ts';

/** Told after each answer whose tokens were counted; `usage` is that answer alone. Must not throw. */
export type UsageListener = (counted: { runId: string; usage: TokenUsage }) => void;

/** What one run did at its door, and the calls that must end with it. */
export interface RunAccount {
  readonly runId: string;
  usage(): TokenUsage;
  add(usage: TokenUsage): void;
  /** Requests answered 403. */
  refused(): number;
  refuse(): void;
  /** Keeps an unfinished call, so that `end` can cut it. */
  hold(response: ServerResponse): void;
  /** Cuts every unfinished call. Idempotent. */
  end(): void;
}

/** Opens the account of a run with nothing on it. */
export function openAccount(runId: string, onUsage?: UsageListener): RunAccount {
  const calls = new Set<ServerResponse>();
  let total = NO_USAGE;
  let refusals = 0;
  return {
    runId,
    usage: () => total,
    add(usage) {
      total = addUsage(total, usage);
      onUsage?.({ runId, usage });
    },
    refused: () => refusals,
    refuse: () => {
      refusals += 1;
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

function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
  };
}
