import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideCall } from '../../../../workers/gateway/model/call-policy.ts';
import { MODEL } from '../open-gateway.ts';

const BODIES = 10_000;
const MODELS = new Set([MODEL]);

/** Every discriminator under which a provider would fetch, search or run something, or look up what it has kept. */
const HOSTED = [
  ...['web_search', 'web_search_preview', 'web_search_preview_2025_03_11', 'web_search_2025_08_26', 'file_search'],
  ...['mcp', 'code_interpreter', 'computer', 'computer_use', 'computer_use_preview', 'image_generation'],
  ...['programmatic_tool_calling', 'container_auto', 'container_reference', 'item_reference', 'input_file'],
  ...['input_audio', 'web_search_call', 'file_search_call', 'mcp_call', 'mcp_list_tools', 'mcp_approval_response'],
  ...['code_interpreter_call', 'computer_call', 'computer_call_output', 'image_generation_call', 'program'],
];
const OPEN = ['function', 'custom', 'local_shell', 'apply_patch', 'shell', 'tool_search', 'namespace', 'local'];
const ITEMS = ['message', 'reasoning', 'function_call', 'function_call_output', 'additional_tools', 'shell_call'];
const PARTS = ['input_text', 'output_text', 'input_image', 'summary_text'];
const REFERENCES = ['file_id', 'file_url', 'server_url', 'vector_store_ids', 'connector_id', 'container'];

const type = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...OPEN, ...ITEMS, ...PARTS) },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTED) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);
const url = fc.constantFrom(
  'data:image/png;base64,AAAA',
  'https://evil.example',
  'DATA:image/png;base64,A',
  'file:///x',
);

/** Objects that look like tools, items and parts, put together without regard to where each belongs. */
function thingOf(depth: number): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const list = depth === 0 ? fc.constant([]) : fc.array(thingOf(depth - 1), { maxLength: 3 });
  const value = fc.oneof(fc.string({ maxLength: 5 }), list, fc.constant(null));
  return fc.record(
    {
      type,
      role: fc.constantFrom('user', 'developer'),
      content: value,
      output: value,
      summary: list,
      tools: list,
      environment: fc.record({ type }),
      execution: fc.constantFrom('client', 'server'),
      image_url: url,
      name: fc.string({ maxLength: 4 }),
      file_id: fc.constantFrom(null, 'file_1'),
      Type: fc.constantFrom(...HOSTED),
    },
    { requiredKeys: ['type'], noNullPrototype: true },
  );
}
const thing = fc.oneof(thingOf(0), thingOf(1), thingOf(2));

/** Fields that belong there, with something of the above in few of them, so that many bodies come through. */
const plainTool = fc.constantFrom({ type: 'function', name: 'f' }, { type: 'custom', name: 'c' });
const plainItem = fc.constantFrom(
  { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
  { type: 'additional_tools', role: 'developer', tools: [{ type: 'function', name: 'f' }] },
  { type: 'function_call_output', call_id: 'c', output: 'done' },
);
const mostly = (plain: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: thing });
const body = fc.record(
  {
    model: fc.constantFrom(MODEL, MODEL, MODEL, 'other'),
    store: fc.constantFrom(false, false, false, true, null),
    input: fc.oneof(fc.string(), fc.array(mostly(plainItem), { maxLength: 4 })),
    tools: fc.array(mostly(plainTool), { maxLength: 3 }),
    tool_choice: mostly(fc.constantFrom('auto', 'none', { type: 'function', name: 'f' })),
    background: fc.constantFrom(false, null, true),
    previous_response_id: fc.constantFrom(null, 'resp_1'),
    stream: fc.boolean(),
  },
  { requiredKeys: ['model', 'store', 'input'], noNullPrototype: true },
);

/** Knows nothing of the policy: whatever in a body would make a provider do more than answer. */
function hostile(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(hostile).find((found) => found !== undefined);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const name = key.toLowerCase();
    if (name === 'type' && typeof inner === 'string' && HOSTED.includes(inner)) return `type ${inner}`;
    if (REFERENCES.includes(name) && inner !== null) return name;
    if (name === 'image_url' && inner !== null && !String(inner).startsWith('data:image/')) return name;
    const found = hostile(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

test('of 10000 bodies put together from good and hostile parts, nothing hosted passes and nothing fails', () => {
  let allowed = 0;
  let dangerous = 0;
  fc.assert(
    fc.property(body, (call) => {
      const danger = hostile(call) ?? (call['model'] === MODEL && call['store'] === false ? undefined : 'field');
      const verdict = decideCall(Buffer.from(JSON.stringify(call)), MODELS);
      if (danger !== undefined) dangerous += 1;
      if (verdict.kind === 'allowed') allowed += 1;
      if (verdict.kind === 'allowed') expect(danger).toBeUndefined();
    }),
    { numRuns: BODIES },
  );
  expect(allowed).toBeGreaterThan(BODIES / 20);
  expect(dangerous).toBeGreaterThan(BODIES / 5);
});

test(`of ${BODIES} bodies of any JSON at all and of any bytes, none passes and none fails`, () => {
  const any = fc.oneof(
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc.object({ withNullPrototype: false }).map((value) => Buffer.from(JSON.stringify({ ...value, model: MODEL }))),
  );
  fc.assert(
    fc.property(any, (bytes) => {
      expect(decideCall(bytes, MODELS).kind).toBe('refused');
    }),
    { numRuns: BODIES },
  );
});
