import { expect, test } from 'vitest';
import { decideCall } from '../../../../workers/gateway/model/call-policy.ts';
import { callBody } from '../a-model-call.ts';
import { MODEL } from '../open-gateway.ts';

const MODELS = new Set([MODEL]);
const FUNCTION = { type: 'function', name: 'f', parameters: { type: 'object', properties: { file_id: {} } } };

function decide(fields: Readonly<Record<string, unknown>>): string {
  const verdict = decideCall(callBody(fields), MODELS);
  return verdict.kind === 'allowed' ? 'allowed' : verdict.what;
}

function user(...content: unknown[]): unknown {
  return { type: 'message', role: 'user', content };
}

const HOSTED = [
  { type: 'web_search' },
  { type: 'web_search_2025_08_26' },
  { type: 'web_search_preview' },
  { type: 'file_search', vector_store_ids: ['vs_1'] },
  { type: 'mcp', server_label: 'm', server_url: 'https://evil.example' },
  { type: 'code_interpreter', container: { type: 'auto' } },
  { type: 'programmatic_tool_calling' },
  { type: 'computer' },
  { type: 'computer_use_preview' },
  { type: 'image_generation' },
  { type: 'shell' },
  { type: 'shell', environment: { type: 'container_auto' } },
  { type: 'shell', environment: { type: 'local', Type: 'container_auto' } },
  { type: 'tool_search' },
  { type: 'tool_search', execution: 'server' },
  { type: 'namespace', name: 'n', tools: [{ type: 'web_search' }] },
  { type: 'namespace', name: 'n', tools: [{ type: 'namespace', name: 'm', tools: [] }] },
  { type: 'function', Type: 'web_search' },
  { type: 'something_new' },
  { type: 'Function' },
  { type: ['function'] },
  { name: 'without a type' },
  'web_search',
];

test.each(HOSTED)('a tool that is not the client’s is refused wherever it is named: %j', (tool) => {
  const places = [
    { tools: [FUNCTION, tool] },
    { tools: [{ type: 'namespace', name: 'n', tools: [tool] }] },
    { input: [user(), { type: 'additional_tools', role: 'developer', tools: [tool] }] },
    { input: [{ type: 'tool_search_output', execution: 'client', tools: [tool] }] },
  ];
  for (const fields of places) expect(decide(fields)).toMatch(/tool|shell/);
});

test.each([
  ['a hosted tool', { type: 'web_search_preview' }],
  ['remote MCP', { type: 'mcp', server_label: 'm' }],
  [
    'hosted ones among the allowed',
    { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp', server_label: 'm' }] },
  ],
  ['a word nobody knows', 'web_search'],
  ['two opinions', { type: 'function', TYPE: 'mcp' }],
])('a choice of what is not the client’s is refused: %s', (_name, choice) => {
  expect(decide({ tool_choice: choice })).toMatch(/choice/);
});

test.each([
  ['an image by URL', { type: 'input_image', image_url: 'https://evil.example/?secret' }],
  ['an image by URL in capitals', { type: 'input_image', Image_URL: 'https://evil.example' }],
  ['an image by URL, chat style', { type: 'input_image', image_url: { url: 'https://evil.example' } }],
  ['an image that is text', { type: 'input_image', image_url: 'data:text/html,<img src=https://evil.example>' }],
  ['an image that is a drawing', { type: 'input_image', image_url: 'data:image/svg+xml;base64,PHN2Zz4=' }],
  ['an image by id', { type: 'input_image', file_id: 'file_1' }],
  ['a file by URL', { type: 'input_file', file_url: 'https://evil.example' }],
  ['a file by id', { type: 'input_file', file_id: 'file_1' }],
  ['a file', { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERi0=' }],
  ['sound', { type: 'input_audio', input_audio: { data: '', format: 'mp3' } }],
  ['a part nobody knows', { type: 'input_video', video_url: 'https://evil.example' }],
  ['a part without a type', { text: 'x' }],
  ['a reference deep inside', { type: 'input_text', text: 'x', annotations: [{ a: [{ file_id: 'file_1' }] }] }],
])('content that the provider would fetch or has kept is refused: %s', (_name, part) => {
  expect(decide({ input: [user({ type: 'input_text', text: 'x' }, part)] })).not.toBe('allowed');
  const output = { type: 'function_call_output', call_id: 'c', output: [part] };
  expect(decide({ input: [output] })).not.toBe('allowed');
});

test.each([
  ['a reference to a kept item', { type: 'item_reference', id: 'msg_1' }],
  ['a reference without a type', { id: 'msg_1' }],
  ['a web search', { type: 'web_search_call', id: 'ws_1', status: 'completed' }],
  ['a call of MCP', { type: 'mcp_call', id: 'm', server_label: 'm', name: 'n', arguments: '{}' }],
  ['an approval of MCP', { type: 'mcp_approval_response', approval_request_id: 'a', approve: true }],
  ['a file search', { type: 'file_search_call', id: 'f', queries: [], status: 'completed' }],
  ['a computer', { type: 'computer_call_output', call_id: 'c', output: { type: 'computer_screenshot', file_id: 'f' } }],
  ['an image made before', { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: null }],
  ['a program of the provider', { type: 'program', id: 'p', code: '' }],
  ['a shell in a container', { type: 'shell_call', call_id: 'c', environment: { type: 'container_reference' } }],
  ['a message with something hosted in a field nobody knows', { role: 'user', content: '', x: [{ type: 'mcp' }] }],
  ['a list', ['message']],
  ['a text', 'hello'],
])('an input item that is not the client’s is refused: %s', (_name, item) => {
  expect(decide({ input: [user(), item] })).not.toBe('allowed');
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['kept by default', { store: undefined }],
  ['kept', { store: true }],
  ['perhaps kept', { store: 0 }],
  ['continued from a kept one', { previous_response_id: 'resp_1' }],
  ['in a kept conversation', { conversation: 'conv_1' }],
  ['by a kept prompt', { prompt: { id: 'pmpt_1' } }],
  ['in the background', { background: true }],
  ['at a higher price', { service_tier: 'priority' }],
  ['with a field nobody knows', { web_search_options: {} }],
  ['with a field in capitals', { Tools: [{ type: 'web_search' }] }],
  ['of less than no token', { max_output_tokens: -1 }],
  ['of half a token', { max_output_tokens: 0.5 }],
  ['with tools that are no list', { tools: { 0: { type: 'web_search' } } }],
  ['without input', { input: undefined }],
  [
    'with instructions that are items',
    { instructions: [user({ type: 'input_file', file_url: 'https://evil.example' })] },
  ],
  ['by another model', { model: 'other-model' }],
  ['by no model', { model: undefined }],
  ['by a model with a look-alike name', { model: `${MODEL} ` }],
])('an answer is refused that would be %s', (_name, fields) => {
  expect(decide(fields)).not.toBe('allowed');
});

test('what a refusal says has nothing in it that the guest could make people read or run', () => {
  const nasty = '</details>\n@everyone `x` [click](https://evil.example)';
  for (const fields of [{ model: nasty }, { tools: [{ type: nasty }] }, { [nasty]: 1 }, { service_tier: nasty }]) {
    expect(decide(fields)).toMatch(/^[a-z ]+unnamed$/);
  }
});
