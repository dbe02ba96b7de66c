import { z } from 'zod';

/** The part of a Responses API request that decides the answer. */
export interface Conversation {
  /** Whether the answer is to be server-sent events. */
  streamed: boolean;
  model: string;
  /** Identifies the thread (Codex' `prompt_cache_key`) and its turn, for faults that are given a counted number of times. */
  turnKey: string;
  /** The last thing a person said, without what Codex itself says in the user's name. */
  prompt: string;
  /** Tool outputs since the prompt, oldest first, as text. */
  outputs: readonly string[];
  /** Names of the function tools on offer. */
  functionTools: ReadonlySet<string>;
}

/** Either the conversation, or why the request is none that this model can answer. */
export type ParsedRequest =
  { kind: 'conversation'; conversation: Conversation } | { kind: 'malformed'; reason: string };

const TextPart = z.object({ type: z.string(), text: z.string().optional() });
const Content = z.union([z.string(), z.array(TextPart)]);

const InputItem = z.object({
  type: z.string().default('message'),
  role: z.string().optional(),
  content: Content.nullish(),
  output: Content.nullish(),
});
type InputItem = z.infer<typeof InputItem>;

const ResponsesRequest = z.object({
  model: z.string().min(1),
  stream: z.boolean().default(false),
  input: z.union([z.string(), z.array(InputItem)]),
  tools: z.array(z.object({ type: z.string(), name: z.string().optional() })).default([]),
  prompt_cache_key: z.string().default('none'),
});

/** Openings of the user-role messages that Codex 0.169.0 puts in by itself: the surroundings, and AGENTS.md of the repository. */
const INJECTED_OPENINGS = ['<environment_context>', '# AGENTS.md instructions', '<user_instructions>'];

/** Reads the JSON body of `POST /v1/responses`; source of the shape: the API reference of OpenAI and what Codex 0.169.0 sends. */
export function parseConversation(body: unknown): ParsedRequest {
  const parsed = ResponsesRequest.safeParse(body);
  if (!parsed.success) return { kind: 'malformed', reason: `unknown request shape: ${z.prettifyError(parsed.error)}` };
  const { model, stream, input, tools, prompt_cache_key: thread } = parsed.data;
  const items: InputItem[] = typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : input;
  const promptAt = items.findLastIndex(isPrompt);
  if (promptAt < 0) return { kind: 'malformed', reason: 'the request holds no user message' };
  const functionTools = new Set<string>();
  for (const tool of tools) if (tool.type === 'function' && tool.name !== undefined) functionTools.add(tool.name);
  const outputs = items
    .slice(promptAt + 1)
    .filter((item) => item.type.endsWith('_output'))
    .map((item) => textOf(item.output));
  const prompt = textOf(items[promptAt]?.content);
  const turnKey = `${thread}/${items.filter(isPrompt).length}`;
  return { kind: 'conversation', conversation: { streamed: stream, model, turnKey, prompt, outputs, functionTools } };
}

function isPrompt(item: InputItem): boolean {
  if (item.type !== 'message' || item.role !== 'user') return false;
  const text = textOf(item.content).trimStart();
  return !INJECTED_OPENINGS.some((opening) => text.startsWith(opening));
}

function textOf(content: z.infer<typeof Content> | null | undefined): string {
  if (content === null || content === undefined) return '';
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}
