import type { Usage } from './scenario.ts';
import type { WireItem } from './wire-items.ts';

/** What an answer consists of, before it is written as events or as one JSON. */
export interface Answer {
  id: string;
  model: string;
  items: readonly WireItem[];
  usage: Usage;
}

/** A server-sent event of the Responses API; `type` is also its event name. */
export interface ServerEvent {
  type: string;
  [field: string]: unknown;
}

const DELTA_CHARACTERS = 24;

/** The whole response object, as `stream: false` returns it. */
export function responseObject(answer: Answer): Record<string, unknown> {
  return { ...skeleton(answer.id, answer.model, 'completed'), output: answer.items, usage: wireUsage(answer.usage) };
}

/** The events of a complete streamed answer, in order, numbered from 0. */
export function responseEvents(answer: Answer): ServerEvent[] {
  const items = answer.items.flatMap((item, index) => itemEvents(item, index));
  return numbered([createdEvent(answer), ...items, { type: 'response.completed', response: responseObject(answer) }]);
}

/** The events of an answer that the model itself gives up, with the error the client is to report. */
export function failedEvents(
  answer: Pick<Answer, 'id' | 'model'>,
  error: { code: string; message: string },
): ServerEvent[] {
  const response = { ...skeleton(answer.id, answer.model, 'failed'), error };
  return numbered([createdEvent(answer), { type: 'response.failed', response }]);
}

/** The first event alone: what a client has seen of an answer that was cut off or hangs. */
export function openingEvents(answer: Pick<Answer, 'id' | 'model'>): ServerEvent[] {
  return numbered([createdEvent(answer)]);
}

/** One event as bytes on the wire. */
export function formatEvent(event: ServerEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function createdEvent({ id, model }: Pick<Answer, 'id' | 'model'>): ServerEvent {
  return { type: 'response.created', response: skeleton(id, model, 'in_progress') };
}

function itemEvents(item: WireItem, index: number): ServerEvent[] {
  const added = { type: 'response.output_item.added', output_index: index, item: opened(item) };
  const done = { type: 'response.output_item.done', output_index: index, item };
  if (item.type !== 'message') return [added, done];
  const where = { item_id: item.id, output_index: index, content_index: 0 };
  const deltas = item.content.flatMap(({ text }) =>
    pieces(text).map((delta) => ({ type: 'response.output_text.delta', ...where, delta })),
  );
  return [added, ...deltas, done];
}

function opened(item: WireItem): WireItem {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  return item.type === 'function_call' ? { ...item, status: 'in_progress', arguments: '' } : { ...item, summary: [] };
}

/** Cuts between code points, never inside one. */
function pieces(text: string): string[] {
  const characters = Array.from(text);
  const found: string[] = [];
  for (let at = 0; at < characters.length; at += DELTA_CHARACTERS) {
    found.push(characters.slice(at, at + DELTA_CHARACTERS).join(''));
  }
  return found;
}

function numbered(events: readonly ServerEvent[]): ServerEvent[] {
  return events.map((event, index) => ({ ...event, sequence_number: index }));
}

function skeleton(id: string, model: string, status: string): Record<string, unknown> {
  return { id, object: 'response', created_at: 0, status, model, output: [], usage: null };
}

function wireUsage(usage: Usage): Record<string, unknown> {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
