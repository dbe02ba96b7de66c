import { z } from 'zod';

const CommandExecution = z.object({
  type: z.literal('command_execution'),
  id: z.string(),
  command: z.string(),
  aggregated_output: z.string().default(''),
  exit_code: z.number().int().nullish(),
});

const FileChange = z.object({
  type: z.literal('file_change'),
  changes: z.array(z.object({ path: z.string(), kind: z.string() })),
  status: z.string().default('completed'),
});

const TodoList = z.object({
  type: z.literal('todo_list'),
  items: z.array(z.object({ text: z.string(), completed: z.boolean() })),
});

/** One thing Codex does within a turn. */
export const CodexItem = z.discriminatedUnion('type', [
  CommandExecution,
  FileChange,
  TodoList,
  z.object({ type: z.literal('agent_message'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
export type CodexItem = z.infer<typeof CodexItem>;

const Usage = z.object({ input_tokens: z.number(), cached_input_tokens: z.number(), output_tokens: z.number() });

/**
 * The lines `codex exec --json` prints, only the fields we read; checked with Codex 0.169.0. A top-level `error` is not
 * the end: each reconnection is one. `usage` of a turn counts the whole thread, earlier turns included.
 */
export const CodexEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.object({ type: z.literal('turn.started') }),
  z.object({ type: z.literal('turn.completed'), usage: Usage.optional() }),
  z.object({ type: z.literal('turn.failed'), error: z.object({ message: z.string() }) }),
  z.object({ type: z.literal('error'), message: z.string() }),
  z.object({ type: z.literal('item.started'), item: CodexItem }),
  z.object({ type: z.literal('item.updated'), item: CodexItem }),
  z.object({ type: z.literal('item.completed'), item: CodexItem }),
]);
export type CodexEvent = z.infer<typeof CodexEvent>;

/** A line of Codex' output: an event we know, one we do not (`name` is its type), or no event at all. */
export type CodexLine =
  | { readonly kind: 'event'; readonly event: CodexEvent }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string };

const AnyEvent = z.object({ type: z.string(), item: z.object({ type: z.string() }).optional() });

/** Understands one line; never throws, whatever it holds. */
export function parseCodexLine(line: string): CodexLine {
  const json = parseJson(line);
  const known = CodexEvent.safeParse(json);
  if (known.success) return { kind: 'event', event: known.data };
  const any = AnyEvent.safeParse(json);
  if (!any.success) return { kind: 'text', text: line };
  const { type, item } = any.data;
  return { kind: 'unknown', name: item === undefined ? type : `${type} ${item.type}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
