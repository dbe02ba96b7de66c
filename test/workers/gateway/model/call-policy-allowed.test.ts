import { expect, test } from 'vitest';
import { decideCall } from '../../../../workers/gateway/model/call-policy.ts';
import { callBody } from '../a-model-call.ts';
import { MODEL } from '../open-gateway.ts';

const MODELS = new Set([MODEL]);
const FUNCTION = { type: 'function', name: 'f', parameters: { type: 'object', properties: { file_id: {} } } };
const CUSTOM = { type: 'custom', name: 'c', format: { type: 'grammar', syntax: 'lark', definition: 'x' } };
const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

function decide(fields: Readonly<Record<string, unknown>>): string {
  const verdict = decideCall(callBody(fields), MODELS);
  return verdict.kind === 'allowed' ? 'allowed' : verdict.what;
}

function user(...content: unknown[]): unknown {
  return { type: 'message', role: 'user', content };
}

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['no tools', {}],
  ['functions, custom tools and a local shell', { tools: [FUNCTION, CUSTOM, { type: 'local_shell' }] }],
  ['tools the client carries out', { tools: [{ type: 'apply_patch' }, { type: 'tool_search', execution: 'client' }] }],
  ['a shell that is local', { tools: [{ type: 'shell', environment: { type: 'local' } }] }],
  ['a namespace of such tools', { tools: [{ type: 'namespace', name: 'n', tools: [FUNCTION, CUSTOM] }] }],
  ['tools within the input', { input: [{ type: 'additional_tools', role: 'developer', tools: [FUNCTION] }] }],
  ['a choice of tool', { tools: [FUNCTION], tool_choice: { type: 'function', name: 'f' } }],
  [
    'a choice of tools',
    { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'custom', name: 'c' }] } },
  ],
  ['an image that is there', { input: [user({ type: 'input_image', image_url: PIXEL, detail: 'high' })] }],
  ['a message without a type', { input: [{ role: 'user', content: 'hello' }] }],
  ['words about URLs', { input: 'look at https://example.com/a.png', instructions: 'web_search' }],
  [
    'an output with an image',
    { input: [{ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: PIXEL }] }] },
  ],
  [
    'a local shell’s call and output',
    {
      input: [
        {
          type: 'local_shell_call',
          call_id: 'c',
          status: 'completed',
          action: { type: 'exec', command: ['ls'], env: {} },
        },
        { type: 'local_shell_call_output', call_id: 'c', output: 'a' },
        { type: 'shell_call', call_id: 'd', action: { commands: ['ls'] }, environment: { type: 'local' } },
        {
          type: 'shell_call_output',
          call_id: 'd',
          output: [{ stdout: '', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
        },
        {
          type: 'apply_patch_call',
          call_id: 'e',
          operation: { type: 'update_file', path: 'a', diff: '' },
          status: 'completed',
        },
      ],
    },
  ],
  [
    'thoughts, compacted history and a search for tools',
    {
      input: [
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'x' }],
          content: null,
          encrypted_content: 'e',
        },
        { type: 'compaction', encrypted_content: 'e' },
        { type: 'tool_search_call', call_id: 's', execution: 'client', arguments: { query: 'x', limit: 3 } },
        { type: 'tool_search_output', call_id: 's', execution: 'client', tools: [FUNCTION] },
      ],
    },
  ],
  ['fields that are null', { previous_response_id: null, conversation: null, prompt: null, background: null }],
])('what the client does itself is allowed: %s', (_name, fields) => {
  expect(decide(fields)).toBe('allowed');
});

test('a bound on what a call can use comes with its permission', () => {
  const plain = callBody({ max_output_tokens: 500 });
  expect(decideCall(plain, MODELS)).toEqual({
    kind: 'allowed',
    bound: { model: MODEL, inputTokensMax: plain.length, outputTokensMax: 500 },
  });
  const image = callBody({ input: [user({ type: 'input_image', image_url: PIXEL })] });
  expect(decideCall(image, MODELS)).toMatchObject({
    bound: { inputTokensMax: image.length + 50_000, outputTokensMax: 128_000 },
  });
});
