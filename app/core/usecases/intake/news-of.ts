import type { Message } from '../../domain/request/message.ts';
import type { ThreadComment, ThreadView } from '../../ports/host/thread-reader.ts';

/**
 * What was said in a thread and an agent that remembers was not told yet: what is not among the comments that it `told`, or,
 * where those are not known, what was said after `since` (ISO 8601). Its messages are told by themselves.
 */
export function newsOf(
  thread: ThreadView | null,
  known: { readonly messages: readonly Message[] } & (
    { readonly told: readonly ThreadComment[] } | { readonly since: string }
  ),
): readonly ThreadComment[] {
  if (thread === null) return [];
  const messages = new Set(known.messages.flatMap(({ trigger }) => (trigger === null ? [] : [keyOf(trigger)])));
  const isKnown =
    'told' in known
      ? isAmong(new Set(known.told.map((comment) => keyOf(asTrigger(comment)))))
      : ({ createdAt }: ThreadComment): boolean => Date.parse(createdAt) <= Date.parse(known.since);
  return thread.comments.filter((comment) => !isKnown(comment) && !messages.has(keyOf(asTrigger(comment))));
}

function isAmong(keys: ReadonlySet<string>): (comment: ThreadComment) => boolean {
  return (comment) => keys.has(keyOf(asTrigger(comment)));
}

/** Comments at a line are numbered by themselves. */
function asTrigger({ id, at }: ThreadComment): { kind: string; id: number } {
  return { kind: at === null ? 'comment' : 'review-comment', id };
}

function keyOf(of: { readonly kind: string; readonly id?: number }): string {
  return `${of.kind === 'review-comment' ? 'line' : 'thread'}/${of.id ?? ''}`;
}
