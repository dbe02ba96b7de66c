import type { ProxyError } from './answer-error.ts';
import { checkInput } from './call-input.ts';
import { toolChoiceFault, toolsFault } from './call-tools.ts';
import { isObject, shownName, type JsonObject } from './json-object.ts';
import { schemaFault } from './schema-references.ts';
import type { CallBound } from '../budget/spend.ts';
import { parseStrictJson } from './strict-json.ts';

/** Whether a request body may go on, with the most it can use, or why it may not. */
export type CallVerdict =
  | { readonly kind: 'allowed'; readonly bound: CallBound }
  | { readonly kind: 'refused'; readonly what: string; readonly error: ProxyError };

/**
 * Fields that neither reach anything beyond the answer nor keep anything at the provider. A field that is in neither
 * list is refused, so that what a provider adds later is closed until somebody has looked at it. `client_metadata` is
 * Codex's; source of the others: OpenAI API reference, Responses (August 2026).
 */
const FREE_FIELDS: ReadonlySet<string> = new Set([
  'client_metadata',
  'include',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'prompt_cache_key',
  'reasoning',
  'safety_identifier',
  'stream',
  'stream_options',
  'temperature',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]);
const CHECKED_FIELDS: ReadonlySet<string> = new Set([
  'background',
  'input',
  'instructions',
  'max_output_tokens',
  'model',
  'service_tier',
  'store',
  'text',
  'tool_choice',
  'tools',
]);
/** Tiers that cost what the price table says, or less. */
const TIERS: ReadonlySet<unknown> = new Set([undefined, null, 'auto', 'default', 'flex']);

/** No model answers longer than this, reasoning included; source: OpenAI's model pages (GPT-5 family: 128,000). */
const OUTPUT_TOKENS_MAX = 128_000;
/** No image costs more, whatever its bytes; source: OpenAI's guide to images (a small model multiplies tiles up to 48,000). */
const IMAGE_TOKENS_MAX = 50_000;

/**
 * Decides on the body of `POST /v1/responses`: its model is allowed, all of its tools are the client's, nothing in it makes
 * the provider fetch, run or keep anything. `store` must be false in so many words, as Codex 0.169.0 says it, because the
 * provider keeps the answer otherwise. A token is at least one byte, so the bytes bound the tokens that go in.
 */
export function decideCall(body: Buffer, models: ReadonlySet<string>): CallVerdict {
  const parsed = parseStrictJson(body);
  if (parsed.kind === 'unfit') return unfit(`a body that cannot be read: ${parsed.why}`);
  const call = parsed.value;
  if (!isObject(call)) return unfit('a body that is no JSON object');
  const model = call['model'];
  if (typeof model !== 'string' || !models.has(model)) return refused(`model ${shownName(model)}`);
  const what =
    fieldsFault(call) ?? valuesFault(call) ?? toolsFault(call['tools']) ?? toolChoiceFault(call['tool_choice']);
  if (what !== undefined) return refused(what);
  const input = checkInput(call['input']);
  if (input.kind === 'fault') return refused(input.what);
  const wanted = call['max_output_tokens'] ?? OUTPUT_TOKENS_MAX;
  if (typeof wanted !== 'number' || !Number.isSafeInteger(wanted) || wanted < 1) return refused('max_output_tokens');
  const inputTokensMax = body.length + input.images * IMAGE_TOKENS_MAX;
  return { kind: 'allowed', bound: { model, inputTokensMax, outputTokensMax: wanted } };
}

function fieldsFault(call: JsonObject): string | undefined {
  for (const [field, value] of Object.entries(call)) {
    if (!FREE_FIELDS.has(field) && !CHECKED_FIELDS.has(field) && value !== null) return `field ${shownName(field)}`;
  }
  return undefined;
}

function valuesFault(call: JsonObject): string | undefined {
  if (call['instructions'] !== undefined && call['instructions'] !== null && typeof call['instructions'] !== 'string') {
    return 'instructions that are no text';
  }
  if (call['store'] !== false) return 'an answer kept by the provider (store is not false)';
  if (call['background'] !== undefined && call['background'] !== null && call['background'] !== false) {
    return 'an answer made in the background';
  }
  const schema = schemaFault(call['text']);
  if (schema !== undefined) return `an answer in the form of ${schema}`;
  return TIERS.has(call['service_tier']) ? undefined : `service tier ${shownName(call['service_tier'])}`;
}

function refused(what: string): CallVerdict {
  return { kind: 'refused', what, error: { status: 403, code: 'not_allowed', message: `Not allowed here: ${what}` } };
}

/** Status 400, since no other body of this kind will be let through: Codex 0.169.0 does not repeat such a call. */
function unfit(what: string): CallVerdict {
  return { kind: 'refused', what, error: { status: 400, code: 'invalid_body', message: `Not allowed here: ${what}` } };
}
