import type { OutputItem } from './scenario.ts';

/** An output item as the Responses API writes it. */
export type WireItem =
  | {
      type: 'message';
      id: string;
      role: 'assistant';
      status: string;
      content: { type: 'output_text'; text: string; annotations: [] }[];
    }
  | { type: 'reasoning'; id: string; summary: { type: 'summary_text'; text: string }[]; encrypted_content: string }
  | { type: 'function_call'; id: string; call_id: string; name: string; arguments: string; status: string };

/** The client's tool that carries out an item; nothing for items that need none. */
export function toolFor(item: OutputItem): string | undefined {
  if (item.kind === 'plan') return 'update_plan';
  return item.kind === 'shell' || item.kind === 'patch' ? 'exec_command' : undefined;
}

/** Writes an item for the wire; `key` must be unique in the conversation, since it becomes the item's and the call's id. */
export function wireItem(item: OutputItem, key: string): WireItem {
  if (item.kind === 'say') {
    const content = [{ type: 'output_text' as const, text: item.text, annotations: [] as [] }];
    return { type: 'message', id: `msg_${key}`, role: 'assistant', status: 'completed', content };
  }
  if (item.kind === 'reason') {
    const summary = [{ type: 'summary_text' as const, text: item.text }];
    return { type: 'reasoning', id: `rs_${key}`, summary, encrypted_content: 'c2NyaXB0ZWQ=' };
  }
  if (item.kind === 'plan') return functionCall(key, 'update_plan', { plan: item.entries });
  if (item.kind === 'shell') return functionCall(key, 'exec_command', { cmd: item.cmd, yield_time_ms: item.yieldMs });
  return functionCall(key, 'exec_command', { cmd: applyPatchCommand(item.patch), yield_time_ms: PATCH_YIELD_MS });
}

/** Asks for more output of a command that goes on in the background: `write_stdin` with nothing to write. */
export function wireWait(sessionId: number, waitMs: number, key: string): WireItem {
  return functionCall(key, 'write_stdin', { session_id: sessionId, chars: '', yield_time_ms: waitMs });
}

const PATCH_YIELD_MS = 10_000;

/**
 * Codex carries out this very form of command itself (no `apply_patch` program is needed) and shows it as `file_change`.
 * It does so with every model name, whereas the custom tool `apply_patch` is offered only for some.
 */
function applyPatchCommand(patch: string): string {
  return `apply_patch <<'EOF'\n${patch}\nEOF\n`;
}

function functionCall(key: string, name: string, args: unknown): WireItem {
  return {
    type: 'function_call',
    id: `fc_${key}`,
    call_id: `call_${key}`,
    name,
    arguments: JSON.stringify(args),
    status: 'completed',
  };
}
