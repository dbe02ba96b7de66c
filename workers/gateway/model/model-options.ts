import { z } from 'zod';
import { AppError } from '#core/domain/errors.ts';
import type { UpstreamOptions } from './upstream.ts';

const UsdPerMillion = z.number().nonnegative().max(1_000_000);
const Price = z.strictObject({ input: UsdPerMillion, cachedInput: UsdPerMillion, output: UsdPerMillion });
const Prices = z.record(z.string().min(1).max(200), Price);

/** JSON in a variable, checked like any other value; text that is no JSON fails with what was expected instead. */
const priceTable = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      const value: unknown = JSON.parse(text);
      return value;
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON' });
      return z.NEVER;
    }
  })
  .pipe(Prices);

const modelList = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );

/** Variables of whoever holds the model key: a worker, or the gateway as a service. */
export const ModelServerOptions = z.object({
  LLM_PROVIDER: z
    .enum(['openai', 'azure'])
    .default('openai')
    .describe('Who serves the model: `openai` (and every server that speaks its Responses API) or `azure`'),
  OPENAI_API_KEY: z
    .string()
    .min(8)
    .describe('Key of the model provider, Azure included; it never leaves the process that holds it'),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.openai.com/v1')
    .describe('Any server that speaks the Responses API; unused with LLM_PROVIDER=azure'),
  OPENAI_ORG_ID: z.string().min(1).optional().describe('Sent to the provider as OpenAI-Organization'),
  OPENAI_PROJECT: z.string().min(1).optional().describe('Sent to the provider as OpenAI-Project'),
  AZURE_OPENAI_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Azure OpenAI resource, e.g. `https://<name>.openai.azure.com`; models are deployment names there'),
  AZURE_OPENAI_API_VERSION: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,40}$/)
    .optional()
    .describe('Sent to Azure as `api-version`, e.g. `preview`; unset: its v1 API as released'),
  MODEL_PRICES: priceTable.describe(
    'JSON, US dollars per million tokens by model: `{"<model>":{"input":1.25,"cachedInput":0.125,"output":10}}`; needed for costs',
  ),
});

/** The same for a process that may have left the key to the gateway service. */
export const KeylessModelServerOptions = ModelServerOptions.partial({ OPENAI_API_KEY: true });
export type KeylessModelServerOptions = z.infer<typeof KeylessModelServerOptions>;

/** Variables of a worker: what one run may use of the model. */
export const ModelBudgetOptions = z.object({
  MODELS_ALLOWED: modelList.describe('Models that workspaces may ask, comma-separated; unset: only the configured one'),
  RUN_TOKENS_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .default(20_000_000)
    .describe('Input and output tokens one request may use, over all its tries'),
  RUN_COST_USD_MAX: z.coerce
    .number()
    .positive()
    .optional()
    .describe('US dollars one request may cost, over all its tries, by MODEL_PRICES; unset: no limit in money'),
});
export type ModelBudgetOptions = z.infer<typeof ModelBudgetOptions>;

/**
 * The model server these variables name. Azure's v1 API is `<endpoint>/openai/v1` (Microsoft: "Azure OpenAI v1 API").
 * @throws AppError `invalid` that names the variable to set.
 */
export function upstreamOf(options: KeylessModelServerOptions): UpstreamOptions {
  const { LLM_PROVIDER: provider, OPENAI_API_KEY: apiKey, AZURE_OPENAI_ENDPOINT: endpoint } = options;
  if (apiKey === undefined) {
    throw new AppError(
      'invalid',
      'OPENAI_API_KEY is not set: give this process the key of the model provider, or set LLM_PROXY_URL to a gateway that has it',
    );
  }
  if (provider === 'azure') {
    if (endpoint === undefined) throw new AppError('invalid', 'LLM_PROVIDER=azure needs AZURE_OPENAI_ENDPOINT');
    return { provider, baseUrl: azureUrl(endpoint, options.AZURE_OPENAI_API_VERSION), apiKey };
  }
  const { OPENAI_BASE_URL: baseUrl, OPENAI_ORG_ID: organization, OPENAI_PROJECT: project } = options;
  return { provider, baseUrl, apiKey, organization, project };
}

/** Where the model server is, by its variables, whoever holds its key. */
export function modelAddress(options: KeylessModelServerOptions): string {
  return options.LLM_PROVIDER === 'azure' && options.AZURE_OPENAI_ENDPOINT !== undefined
    ? options.AZURE_OPENAI_ENDPOINT
    : options.OPENAI_BASE_URL;
}

/** Models a run may ask: those allowed by name, else the configured one. */
export function allowedModels(options: ModelBudgetOptions, configured: string): readonly string[] {
  return options.MODELS_ALLOWED.length > 0 ? options.MODELS_ALLOWED : [configured];
}

function azureUrl(endpoint: string, version: string | undefined): string {
  const url = new URL(endpoint);
  const resource = url.pathname.replace(/\/+$/, '').replace(/\/openai(?:\/v1)?$/, '');
  url.pathname = `${resource}/openai/v1`;
  if (version !== undefined) url.searchParams.set('api-version', version);
  return url.href;
}
