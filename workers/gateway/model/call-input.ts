import { firstFault, isLocal, toolsFault } from './call-tools.ts';
import { foldedKey, hasLookAlikeKeys, isObject, shownName, type JsonObject } from './json-object.ts';

/** Parts that are text and nothing else. */
const TEXT_PARTS: ReadonlySet<string> = new Set([
  'input_text',
  'output_text',
  'reasoning_text',
  'refusal',
  'summary_text',
  'text',
]);

/** Types of whatever else stands inside an item: a command, an edit, how a command ended, who called. */
const INNER_TYPES: ReadonlySet<string> = new Set([
  ...TEXT_PARTS,
  'create_file',
  'delete_file',
  'direct',
  'exec',
  'exit',
  'input_image',
  'local',
  'timeout',
  'update_file',
]);

/** Keys that name something the provider would fetch or has kept for the account; not one of them is sent by Codex. */
const REFERENCES: ReadonlySet<string> = new Set([
  'connector_id',
  'container',
  'container_id',
  'file_id',
  'file_ids',
  'file_url',
  'server_url',
  'skills',
  'vector_store_ids',
]);

/**
 * What may stand in `input`: messages, reasoning, calls of the client's own tools and their outputs, compacted history.
 * Left out, and so refused, are references to kept items and all that belongs to tools of the provider.
 * Source: OpenAI API reference, Responses, `input` (August 2026), and what Codex 0.169.0 sends.
 */
const ITEMS: ReadonlyMap<string, (item: JsonObject) => string | undefined> = new Map([
  ['message', (item: JsonObject) => contentFault(item['content'])],
  ['reasoning', (item: JsonObject) => contentFault(item['summary']) ?? contentFault(item['content'])],
  ['function_call', fine],
  ['function_call_output', outputFault],
  ['custom_tool_call', fine],
  ['custom_tool_call_output', outputFault],
  ['local_shell_call', fine],
  ['local_shell_call_output', outputFault],
  ['apply_patch_call', fine],
  ['apply_patch_call_output', outputFault],
  ['shell_call', shellFault],
  ['shell_call_output', fine],
  ['tool_search_call', searchFault],
  ['tool_search_output', (item: JsonObject) => searchFault(item) ?? toolsFault(item['tools'])],
  ['additional_tools', (item: JsonObject) => toolsFault(item['tools'])],
  ['compaction', fine],
  ['compaction_summary', fine],
  ['compaction_trigger', fine],
]);

/** Items whose tools were looked at already; in their schemas a property may have any name. */
const WITH_TOOLS: ReadonlySet<string> = new Set(['additional_tools', 'tool_search_output']);
const IMAGE = /^data:image\/(?:png|jpe?g|gif|webp);base64,/;

/** What `input` holds that costs more than its bytes say, or what is wrong with it. */
export type InputVerdict =
  { readonly kind: 'fine'; readonly images: number } | { readonly kind: 'fault'; readonly what: string };

/** Checks `input`, a text or a list of items, down to its last part. */
export function checkInput(input: unknown): InputVerdict {
  if (typeof input === 'string') return { kind: 'fine', images: 0 };
  if (!Array.isArray(input)) return { kind: 'fault', what: 'input that is neither text nor a list' };
  const count = { images: 0 };
  const what = firstFault(input, (item) => itemFault(item, count));
  return what === undefined ? { kind: 'fine', images: count.images } : { kind: 'fault', what };
}

function itemFault(item: unknown, count: { images: number }): string | undefined {
  if (!isObject(item)) return 'an input item that is no object';
  const type = item['type'] ?? (typeof item['role'] === 'string' ? 'message' : 'item_reference');
  const faultOf = typeof type === 'string' ? ITEMS.get(type) : undefined;
  if (typeof type !== 'string' || faultOf === undefined) return `input item ${shownName(type)}`;
  return faultOf(item) ?? fieldsFault(WITH_TOOLS.has(type) ? { ...item, tools: null } : item, count);
}

function contentFault(content: unknown): string | undefined {
  if (content === undefined || content === null || typeof content === 'string') return undefined;
  return Array.isArray(content) ? firstFault(content, partFault) : 'content that is neither text nor a list';
}

function outputFault(item: JsonObject): string | undefined {
  return contentFault(item['output']);
}

function partFault(part: unknown): string | undefined {
  const type = isObject(part) ? part['type'] : undefined;
  const known = typeof type === 'string' && (type === 'input_image' || TEXT_PARTS.has(type));
  return known ? undefined : `content ${shownName(type)}`;
}

function shellFault(item: JsonObject): string | undefined {
  const environment = item['environment'];
  return environment === undefined || environment === null || isLocal(environment)
    ? undefined
    : 'a shell that is not local';
}

function searchFault(item: JsonObject): string | undefined {
  return item['execution'] === 'client' ? undefined : 'tool search by the provider';
}

function fine(): undefined {}

/** Looks through what is inside an item for types nobody knows and for references, and counts its images. */
function innerFault(value: unknown, count: { images: number }): string | undefined {
  if (Array.isArray(value)) return firstFault(value, (one) => innerFault(one, count));
  if (!isObject(value)) return undefined;
  const type = value['type'];
  if (typeof type === 'string' && !INNER_TYPES.has(type)) return `content ${shownName(type)}`;
  return fieldsFault(value, count);
}

function fieldsFault(value: JsonObject, count: { images: number }): string | undefined {
  if (hasLookAlikeKeys(value)) return 'keys that differ in case only';
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) continue;
    const name = foldedKey(key);
    if (REFERENCES.has(name)) return `a reference (${name})`;
    const fault = name === 'image_url' ? imageFault(inner, count) : innerFault(inner, count);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Only an image that is in the text itself; any other URL the provider would fetch. */
function imageFault(url: unknown, count: { images: number }): string | undefined {
  if (typeof url !== 'string' || !IMAGE.test(url)) return 'an image by URL';
  count.images += 1;
  return undefined;
}
