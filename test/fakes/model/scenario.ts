/** One entry of a plan as Codex shows it in its `todo_list` event. */
export interface PlanEntry {
  step: string;
  status: 'pending' | 'in_progress' | 'completed';
}

/** One thing the model puts out. `shell`, `patch` and `plan` are tool calls: each is answered by exactly one tool output. */
export type OutputItem =
  | { kind: 'say'; text: string }
  | { kind: 'reason'; text: string }
  | { kind: 'shell'; cmd: string; yieldMs: number }
  | { kind: 'patch'; patch: string }
  | { kind: 'plan'; entries: readonly PlanEntry[] };

/**
 * A way for the model to go wrong: an HTTP error, a connection closed after the first event (`cut`), a stream that opens
 * and then stays silent until the client gives up (`hang`), or a `response.failed` event (`failed`).
 */
export type Fault =
  | { kind: 'status'; status: number; headers?: Readonly<Record<string, string>>; body: unknown }
  | { kind: 'cut' }
  | { kind: 'hang' }
  | { kind: 'failed'; message: string; code: string };

/** Token counts of one response. Input contains the cached part, output the reasoning part, as in the Responses API. */
export interface Usage {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

/** An answer. The turn goes on when it holds a tool call and ends when it holds none. */
export interface AnswerStep {
  items: readonly OutputItem[];
  /** Must be found in the outputs of the step before, joined by line ends; otherwise the request is unexpected. */
  expect?: RegExp;
  usage?: Usage;
  delayMs?: number;
}

/** A fault, given `times` times in a turn (for ever when left out); then the next step takes its place. */
export interface FaultStep {
  fault: Fault;
  times?: number;
  delayMs?: number;
}

/**
 * Waits for the running command of the step before, asking again until it has ended; skipped when it already has.
 * Codex 0.169.0 keeps each wait between 5,000 and 300,000 ms.
 */
export interface WaitStep {
  waitMs: number;
}

/** One answer of the model to one request. */
export type Step = AnswerStep | FaultStep | WaitStep;

/**
 * A script as plain data. With `when`, it serves only the conversations whose last user message matches; so one model
 * can serve several runs at once.
 */
export interface Scenario {
  name: string;
  when?: RegExp;
  steps: readonly Step[];
}

/** What a response costs when its step does not say. */
export const DEFAULT_USAGE: Usage = { inputTokens: 1000, cachedTokens: 400, outputTokens: 50, reasoningTokens: 20 };

/** Codex' upper bound for one `exec_command` call (its tool description, 0.169.0); a command that runs longer goes on in the background. */
const YIELD_MS_MAX = 30_000;

/** Text of the assistant. As the last item of the last step it becomes the final message. */
export function say(text: string): OutputItem {
  return { kind: 'say', text };
}

/** A reasoning summary, which Codex shows as a `reasoning` event. */
export function reason(text: string): OutputItem {
  return { kind: 'reason', text };
}

/** A command for `exec_command`; `yieldMs` (250 to 30,000) is how long Codex waits before it leaves the command in the background. */
export function shell(cmd: string, options: { yieldMs?: number } = {}): OutputItem {
  return { kind: 'shell', cmd, yieldMs: options.yieldMs ?? YIELD_MS_MAX };
}

/** An edit: the lines between `*** Begin Patch` and `*** End Patch`, without these two. Paths are relative to the workspace. */
export function patch(body: string): OutputItem {
  return { kind: 'patch', patch: `*** Begin Patch\n${body.trimEnd()}\n*** End Patch` };
}

/** A call of `update_plan`; Codex offers it only with `tools.update_plan.enabled=true`. */
export function plan(entries: Readonly<Record<string, PlanEntry['status']>>): OutputItem {
  return { kind: 'plan', entries: Object.entries(entries).map(([step, status]) => ({ step, status })) };
}
