import type { z } from 'zod';
import { talkVariables, type TalkVariables } from '../app/plugins.ts';
import { Workers } from '../app/config.ts';
import { EgressOptions, GatewayClientOptions, LLM_PROXY_SECRET } from './gateway/gateway-options.ts';
import {
  allowedModels,
  KeylessModelServerOptions,
  ModelBudgetOptions,
  ModelServerOptions,
} from './gateway/model/model-options.ts';

const MILLISECONDS = 1_000;

/** Variables of whatever runs requests, as {@link workersVariables} reads them. */
const WorkersConfig = Workers.extend(KeylessModelServerOptions.shape)
  .extend(ModelBudgetOptions.shape)
  .extend(GatewayClientOptions.shape)
  .extend(EgressOptions.shape);
export type WorkersConfig = z.infer<typeof WorkersConfig> & TalkVariables;

/** The schema to read them by: the model's key is needed, or, where a gateway service holds it, the secret to ask that. */
export function workersVariables(env: Readonly<Record<string, string | undefined>>) {
  const remote = (env['LLM_PROXY_URL'] ?? '').trim() !== '';
  const config = WorkersConfig.extend(talkVariables(env).shape);
  if (remote) return config.extend({ LLM_PROXY_SECRET });
  return config.extend({ OPENAI_API_KEY: ModelServerOptions.shape.OPENAI_API_KEY });
}

/** How agents are run and what each may use. */
export function agentOf(config: WorkersConfig) {
  return {
    model: config.CODEX_WRAPPER_DEFAULT_MODEL,
    models: allowedModels(config, config.CODEX_WRAPPER_DEFAULT_MODEL),
    reasoningEffort: config.CODEX_WRAPPER_MODEL_REASONING_EFFORT,
    timeoutMs: config.RUN_TIMEOUT_SEC * MILLISECONDS,
    idleMs: config.RUN_IDLE_SEC * MILLISECONDS,
    outputBytesMax: config.RUN_OUTPUT_BYTES_MAX,
    tokensMax: config.RUN_TOKENS_MAX,
    costUsdMax: config.RUN_COST_USD_MAX ?? null,
    setUpTimeoutMs: config.SETUP_TIMEOUT_SEC * MILLISECONDS,
    patchBytesMax: config.CHANGE_PATCH_BYTES_MAX,
  };
}
