import type { ModelCall } from '#core/ports/model-calls.ts';

/** A call at the model that went well, with the given differences. */
export function aCall(runId: string, same: Partial<ModelCall> = {}): ModelCall {
  return {
    runId,
    epoch: 1,
    startedAt: '2026-11-23T10:02:00.789Z',
    tookMs: 1_234,
    status: 200,
    model: 'gpt-5.1-codex',
    usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 1 },
    request: '{"input":"fix it"}',
    response: 'event: response.completed\n\n',
    cut: false,
    ...same,
  };
}
