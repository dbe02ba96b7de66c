import { checksOf } from './check.ts';
import type { Check } from './check.ts';
import { LOOPBACK_FORMS, METADATA_FORMS, hostAddresses } from './network-checks.ts';

const MODEL = { category: 'proxy', threats: ['T11', 'T12'], control: 'loose' } as const;
const EGRESS = { category: 'proxy', threats: ['T14'], control: 'loose' } as const;

/** Calls that are not the one that a workspace may make. */
const OTHER_CALLS: readonly (readonly [string, string])[] = [
  ['GET', '/v1/models'],
  ['GET', '/v1/responses'],
  ['PUT', '/v1/responses'],
  ['DELETE', '/v1/responses/resp_1'],
  ['POST', '/v1/responses/resp_1/cancel'],
  ['POST', '/v1/responses?stream=true'],
  ['POST', '/v1/../v1/responses'],
  ['POST', '/v1/%72esponses'],
  ['POST', '/v1/chat/completions'],
  ['POST', '/v1/embeddings'],
  ['POST', '/v1/files'],
  ['POST', '/v1/images/generations'],
  ['POST', 'http://169.254.169.254/v1/responses'],
  ['GET', '/healthz'],
];

/** Bodies that make the provider reach out, keep something or do it for another price. */
const BODIES: Readonly<Record<string, object>> = {
  'web search': { tools: [{ type: 'web_search' }] },
  'web search preview': { tools: [{ type: 'web_search_preview' }] },
  'file search': { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] },
  'remote MCP': { tools: [{ type: 'mcp', server_label: 'm', server_url: 'https://evil.example' }] },
  'code interpreter': { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] },
  'image generation': { tools: [{ type: 'image_generation' }] },
  computer: { tools: [{ type: 'computer_use_preview' }] },
  'hosted tool in the input': {
    input: [{ type: 'additional_tools', role: 'developer', tools: [{ type: 'web_search' }] }],
  },
  'image by URL': {
    input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://evil.example/?secret' }] }],
  },
  'file by URL': { input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://evil.example' }] }] },
  'file by id': { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] },
  'item of another run': { input: [{ type: 'item_reference', id: 'msg_1' }] },
  'answer of another run': { previous_response_id: 'resp_1' },
  conversation: { conversation: 'conv_1' },
  'prompt of the account': { prompt: { id: 'pmpt_1' } },
  background: { background: true },
  'another model': { model: 'gpt-5.5-pro' },
  'no model': { model: null },
};

/** What does not read the same everywhere. */
const AMBIGUOUS: Readonly<Record<string, string>> = {
  'model twice': ' {"model":"other","model":"test-model","input":"x","store":false}',
  'no JSON': 'input=x',
  nothing: '',
};

/** The run's doors let through the one call and nothing that the provider or the proxy would do for the guest. */
export const PROXY_CHECKS: readonly Check[] = [
  ...checksOf(MODEL, [
    ...OTHER_CALLS.map(([method, target]) => [`model.${method} ${target}`, ['ask', '$model', method, target]] as const),
    ...Object.entries(BODIES).map(
      ([name, fields]) =>
        [`model.${name}`, ['ask', '$model', 'POST', '/v1/responses', JSON.stringify(fields)]] as const,
    ),
    ...Object.entries(AMBIGUOUS).map(
      ([name, text]) => [`model.${name}`, ['ask', '$model', 'POST', '/v1/responses', text]] as const,
    ),
  ]),
  ...checksOf(EGRESS, [
    ...hostAddresses().map(
      (address) => [`egress.${address}`, ['through', '$egress', address, '$redis', 'redis']] as const,
    ),
    ...LOOPBACK_FORMS.map(
      (form) => [`egress.loopback ${form}`, ['through', '$egress', form, '$redis', 'redis']] as const,
    ),
    ...Object.entries(METADATA_FORMS).map(
      ([name, form]) =>
        [`egress.metadata ${name}`, ['through', '$egress', form, 80, 'http'], { control: 'ordinary' }] as const,
    ),
    ['egress.forwarded', ['forwarded', '$egress', '127.0.0.1', '$http']],
    ['egress.postgres', ['through', '$egress', 'localhost', '$postgres', 'postgres']],
  ]),
];
