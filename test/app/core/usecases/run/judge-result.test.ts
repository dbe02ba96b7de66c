import { expect, it } from 'vitest';
import { shortfallOf } from '#core/usecases/run/judge-result.ts';

const limits = { timeoutMs: 60_000, idleMs: 30_000, outputBytesMax: 5_000_000, tokensMax: 1_000_000, costUsdMax: 2.5 };
const reason = 'Codex failed: no';

it.each([
  ['timed_out', null, 'timed_out', 'timeout', 'The agent was stopped after 60 s (RUN_TIMEOUT_SEC).'],
  ['idle', null, 'timed_out', 'idle', 'The agent was stopped after 30 s without a word (RUN_IDLE_SEC).'],
  [
    'output_limit',
    null,
    'failed',
    'output_limit',
    'The agent was stopped after 5,000,000 bytes of output (RUN_OUTPUT_BYTES_MAX).',
  ],
  ['failed', null, 'failed', 'agent', reason],
  ['failed', 'tokens', 'failed', 'budget', 'The run used up its 1,000,000 tokens (RUN_TOKENS_MAX).'],
  ['failed', 'cost', 'failed', 'budget', 'The run used up its 2.5 US dollars (RUN_COST_USD_MAX).'],
  ['failed', 'deadline', 'timed_out', 'timeout', 'The agent was stopped after 60 s (RUN_TIMEOUT_SEC).'],
  ['idle', 'tokens', 'failed', 'budget', 'The run used up its 1,000,000 tokens (RUN_TOKENS_MAX).'],
] as const)('%s with %s used up is %s for %s', (...[outcome, exhausted, status, code, message]) => {
  expect(shortfallOf({ outcome, reason }, exhausted, limits)).toEqual({ status, failure: { code, message } });
});

it('an agent that came to its end did its work, whatever it was refused on the way', () => {
  expect(shortfallOf({ outcome: 'succeeded', reason: null }, 'tokens', limits)).toBeUndefined();
});
