import { expect, test } from 'vitest';
import { decideCall } from '../../../../workers/gateway/model/call-policy.ts';
import { callBody } from '../a-model-call.ts';
import { MODEL } from '../open-gateway.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** What is said of a schema at every place where a call can have one. */
function decideEverywhere(schema: unknown): string[] {
  const tool = { type: 'function', name: 'f', parameters: schema };
  const calls = [
    { tools: [tool] },
    { tools: [{ type: 'function', name: 'f', output_schema: schema }] },
    { tools: [{ type: 'tool_search', execution: 'client', parameters: schema }] },
    { tools: [{ type: 'namespace', name: 'n', tools: [tool] }] },
    { input: [{ type: 'additional_tools', role: 'developer', tools: [tool] }] },
    { input: [{ type: 'tool_search_output', execution: 'client', tools: [tool] }] },
    { text: { format: { type: 'json_schema', name: 's', schema } } },
  ];
  return calls.map((fields) => {
    const verdict = decideCall(callBody(fields), new Set([MODEL]));
    return verdict.kind === 'allowed' ? 'allowed' : verdict.what;
  });
}

test.each([
  ['a schema by URL', { $ref: 'https://evil.example/s.json' }],
  ['a schema by file', { $ref: 'file:///etc/passwd' }],
  ['a relative one', { $ref: 's.json#/a' }],
  ['an empty one', { $ref: '' }],
  ['a dynamic one', { $dynamicRef: 'https://evil.example' }],
  ['a recursive one', { $recursiveRef: 'https://evil.example' }],
  ['a base elsewhere', { $id: 'https://evil.example', $ref: '#/a' }],
  ['a dialect elsewhere', { $schema: 'https://evil.example/schema' }],
  ['a dialect on a host that looks like it', { $schema: 'https://json-schema.org.evil.example/draft-07/schema' }],
  ['a reference in other letters', { $REF: 'https://evil.example' }],
  ['one deep inside', { properties: { a: { anyOf: [{ type: 'null' }, { items: { $ref: 'http://evil.example' } }] } } }],
])('a schema that names something outside of itself is refused wherever it stands: %s', (_name, schema) => {
  for (const said of decideEverywhere({ type: 'object', ...schema }))
    expect(said).toContain('a schema that is elsewhere');
});

test.each([
  [
    'references within',
    { $defs: { a: { $anchor: 'a' } }, $id: '#s', anyOf: [{ $ref: '#/$defs/a' }, { $dynamicRef: '#a' }] },
  ],
  ['a published dialect', { $schema: DRAFT }],
  ['an old published dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }],
  ['properties of such names', { properties: { $ref: { type: 'string' }, $id: { type: 'string' } } }],
  ['words about URLs', { description: 'as in https://example.com', examples: ['https://example.com'] }],
])('a schema that is whole in itself is allowed: %s', (_name, schema) => {
  expect(new Set(decideEverywhere({ type: 'object', ...schema }))).toEqual(new Set(['allowed']));
});
