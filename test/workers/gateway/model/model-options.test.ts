import { expect, test } from 'vitest';
import {
  allowedModels,
  KeylessModelServerOptions,
  ModelBudgetOptions,
  ModelServerOptions,
  upstreamOf,
} from '../../../../workers/gateway/model/model-options.ts';
import { CALL } from '../a-model-call.ts';
import { callDoor } from '../guest-call.ts';
import { openGateway } from '../open-gateway.ts';

const KEY = 'sk-test-1234567890';
/** What a process reads that runs requests and may hold the key. */
const ModelOptions = KeylessModelServerOptions.extend(ModelBudgetOptions.shape);

test('nothing but the key needs to be set', () => {
  const options = ModelOptions.parse({ OPENAI_API_KEY: KEY });
  expect(options).toMatchObject({ LLM_PROVIDER: 'openai', MODEL_PRICES: {} });
  expect(options.RUN_COST_USD_MAX).toBeUndefined();
  expect(upstreamOf(options)).toMatchObject({ baseUrl: 'https://api.openai.com/v1', apiKey: KEY });
  expect(allowedModels(options, 'gpt-5.5')).toEqual(['gpt-5.5']);
});

test('models and prices are read from text', () => {
  const prices = { 'gpt-5.5': { input: 1.25, cachedInput: 0.125, output: 10 } };
  const options = ModelOptions.parse({
    OPENAI_API_KEY: KEY,
    MODELS_ALLOWED: ' a, b ,,c ',
    MODEL_PRICES: JSON.stringify(prices),
    RUN_COST_USD_MAX: '2.5',
  });
  expect(allowedModels(options, 'x')).toEqual(['a', 'b', 'c']);
  expect([options.MODEL_PRICES, options.RUN_COST_USD_MAX]).toEqual([prices, 2.5]);
});

test.each([
  ['MODEL_PRICES', '{'],
  ['MODEL_PRICES', '[]'],
  ['MODEL_PRICES', '{"m":{"input":1,"output":2}}'],
  ['MODEL_PRICES', '{"m":{"input":-1,"cachedInput":0,"output":2}}'],
  ['MODEL_PRICES', '{"m":{"input":1,"cachedInput":0,"output":2,"outptu":3}}'],
  ['RUN_TOKENS_MAX', '0'],
  ['RUN_COST_USD_MAX', '0'],
  ['RUN_COST_USD_MAX', 'free'],
  ['LLM_PROVIDER', 'other'],
  ['AZURE_OPENAI_API_VERSION', 'preview&x=1'],
  ['OPENAI_BASE_URL', 'file:///etc/passwd'],
])('a wrong %s is found: %s', (name, value) => {
  const parsed = ModelOptions.safeParse({ OPENAI_API_KEY: KEY, [name]: value });
  expect(parsed.error?.issues.map((issue) => issue.path[0])).toEqual([name]);
});

test.each([
  ['https://r.openai.azure.com', undefined, 'https://r.openai.azure.com/openai/v1'],
  ['https://r.openai.azure.com/', 'preview', 'https://r.openai.azure.com/openai/v1?api-version=preview'],
  ['https://gateway.example/team/openai/v1/', undefined, 'https://gateway.example/team/openai/v1'],
])('the base URL of an Azure resource is made from its endpoint: %s', (endpoint, version, baseUrl) => {
  const options = ModelOptions.parse({
    LLM_PROVIDER: 'azure',
    OPENAI_API_KEY: KEY,
    AZURE_OPENAI_ENDPOINT: endpoint,
    AZURE_OPENAI_API_VERSION: version,
  });
  expect(upstreamOf(options)).toEqual({ provider: 'azure', baseUrl, apiKey: KEY });
});

test.each([
  ['OPENAI_API_KEY', {}],
  ['AZURE_OPENAI_ENDPOINT', { OPENAI_API_KEY: KEY, LLM_PROVIDER: 'azure' }],
])('what is missing is named: %s', (name, env) => {
  expect(() => upstreamOf(ModelOptions.parse(env))).toThrow(name);
});

test('whoever holds the key is not started without it', () => {
  expect(ModelServerOptions.safeParse({}).error?.issues.map((issue) => issue.path[0])).toEqual(['OPENAI_API_KEY']);
});

test('Azure is given the key in its own header, at its own path, and no other identity', async () => {
  await using plain = await openGateway();
  const { origin } = new URL(plain.server.baseUrl);
  const options = ModelOptions.parse({
    LLM_PROVIDER: 'azure',
    OPENAI_API_KEY: KEY,
    AZURE_OPENAI_ENDPOINT: origin,
    AZURE_OPENAI_API_VERSION: 'preview',
  });
  const { baseUrl } = upstreamOf(options);
  const azure = { provider: 'azure', baseUrl, apiKey: KEY, organization: 'org', project: 'proj' } as const;
  await using open = await openGateway(azure);
  await callDoor(open.at, { headers: { authorization: 'Bearer guess', 'api-key': 'guess' }, body: CALL });
  const [received] = plain.server.received;
  expect(received?.url).toBe('/openai/v1/responses?api-version=preview');
  expect(received?.headers['api-key']).toBe(KEY);
  const others = ['authorization', 'openai-organization', 'openai-project'];
  expect(others.filter((name) => name in (received?.headers ?? {}))).toEqual([]);
});

test('a key that Azure repeats never gets through either', async () => {
  await using open = await openGateway({ provider: 'azure' });
  open.server.answer(async ({ request, response, body }) => {
    await body();
    response.writeHead(401).end(`no such key: ${String(request.headers['api-key'])}`);
  });
  await expect(callDoor(open.at, { body: CALL })).rejects.toThrow(/aborted|hang up|ECONNRESET/);
});
