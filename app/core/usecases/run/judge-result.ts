import type { RunLimits } from '../../domain/run/run-limits.ts';
import type { RunFailure } from '../../domain/run/run.ts';
import type { AgentResult } from '../../ports/executor.ts';
import type { RunDoors } from '../../ports/gateway.ts';

/** Why a run ended without success, in words to show that name what to change. */
export interface Shortfall {
  readonly status: 'failed' | 'timed_out';
  readonly failure: RunFailure;
}

type Limits = Pick<RunLimits, 'timeoutMs' | 'idleMs' | 'outputBytesMax' | 'tokensMax' | 'costUsdMax'>;

/**
 * Why an agent did not succeed. A budget that ran out is named before what the agent made of it. Undefined for a success:
 * an agent that got to its end with what it had left did its work.
 */
export function shortfallOf(
  result: Pick<AgentResult, 'outcome' | 'reason'>,
  exhausted: ReturnType<RunDoors['exhausted']>,
  limits: Limits,
): Shortfall | undefined {
  switch (result.outcome) {
    case 'succeeded':
      return undefined;
    case 'timed_out':
      return overTime(limits);
    case 'idle':
    case 'output_limit':
    case 'failed':
    case 'aborted':
      return overBudget(exhausted, limits) ?? byItself(result, limits);
  }
}

function overTime({ timeoutMs }: Limits): Shortfall {
  return cut('timed_out', 'timeout', `The agent was stopped after ${timeoutMs / 1_000} s (RUN_TIMEOUT_SEC).`);
}

function overBudget(exhausted: ReturnType<RunDoors['exhausted']>, limits: Limits): Shortfall | undefined {
  switch (exhausted) {
    case null:
      return undefined;
    case 'deadline':
      return overTime(limits);
    case 'tokens': {
      const tokens = limits.tokensMax.toLocaleString('en-US');
      return cut('failed', 'budget', `The run used up its ${tokens} tokens (RUN_TOKENS_MAX).`);
    }
    case 'cost':
      return cut('failed', 'budget', `The run used up its ${limits.costUsdMax ?? 0} US dollars (RUN_COST_USD_MAX).`);
  }
}

function byItself(result: Pick<AgentResult, 'outcome' | 'reason'>, limits: Limits): Shortfall {
  if (result.outcome === 'idle') {
    const message = `The agent was stopped after ${limits.idleMs / 1_000} s without a word (RUN_IDLE_SEC).`;
    return cut('timed_out', 'idle', message);
  }
  if (result.outcome === 'output_limit') {
    const bytes = limits.outputBytesMax.toLocaleString('en-US');
    return cut(
      'failed',
      'output_limit',
      `The agent was stopped after ${bytes} bytes of output (RUN_OUTPUT_BYTES_MAX).`,
    );
  }
  return cut('failed', 'agent', result.reason ?? 'The agent ended without saying why.');
}

function cut(status: Shortfall['status'], code: string, message: string): Shortfall {
  return { status, failure: { code, message } };
}
