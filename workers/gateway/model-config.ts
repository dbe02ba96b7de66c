import type { PriceTable } from '#core/domain/budget.ts';
import { AppError } from '#core/domain/errors.ts';
import type { ProxyOptions } from './llm-proxy.ts';
import type { Provider } from './upstream.ts';

/** The variables of a process that may hold the model key. */
export interface ModelConfig {
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_BASE_URL: string;
  readonly OPENAI_ORG_ID?: string | undefined;
  readonly OPENAI_PROJECT?: string | undefined;
  readonly LLM_PROVIDER?: Provider | undefined;
  readonly MODEL_PRICES?: PriceTable | undefined;
  readonly EGRESS_PRIVATE_HOSTS?: readonly string[] | undefined;
}

/** What the proxy needs of them. @throws AppError `invalid` without a key. */
export function modelOf(config: ModelConfig): Pick<ProxyOptions, 'upstream' | 'prices' | 'privateHosts'> {
  if (config.OPENAI_API_KEY === undefined) {
    throw new AppError(
      'invalid',
      'OPENAI_API_KEY is not set: give this process the key of the model provider, or set LLM_PROXY_URL to a gateway that has it',
    );
  }
  return {
    upstream: {
      provider: config.LLM_PROVIDER,
      baseUrl: config.OPENAI_BASE_URL,
      apiKey: config.OPENAI_API_KEY,
      organization: config.OPENAI_ORG_ID,
      project: config.OPENAI_PROJECT,
    },
    prices: config.MODEL_PRICES ?? {},
    privateHosts: config.EGRESS_PRIVATE_HOSTS ?? [],
  };
}
