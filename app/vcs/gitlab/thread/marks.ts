import type { Marked, Thread } from '#core/domain/host/inbound.ts';
import { actorOf } from '../wire/accounts.ts';
import type { Marks } from '../inbound/payloads-threads.ts';
import { ignored, whoAndWhere, type Ignored } from '../inbound/translation.ts';

/** More labels or assignees than this at once are nobody's request. */
const MARKS_MAX = 20;

/** Labels and assignees that a new thread came with. */
export function marksOfNew(event: Marks, thread: Thread): Marked[] {
  return toMarks(event, thread, { labels: event.labels ?? [], assignees: event.assignees ?? [] });
}

/** Labels and assignees that were put on; GitLab tells of all that one click changed in one delivery. */
export function marksOfChange(event: Marks, thread: Thread): Marked | Ignored {
  const { labels, assignees } = event.changes ?? {};
  const titles = new Set(labels?.previous?.map(({ title }) => title));
  const ids = new Set(assignees?.previous?.map(({ id }) => id));
  const [first, ...more] = toMarks(event, thread, {
    labels: labels?.current?.filter(({ title }) => !titles.has(title)) ?? [],
    assignees: assignees?.current?.filter(({ id }) => !ids.has(id)) ?? [],
  });
  if (!first) return ignored('a change of nothing that we look at');
  return more.length === 0 ? first : { ...first, more };
}

function toMarks(
  event: Marks,
  thread: Thread,
  put: { labels: readonly { title: string }[]; assignees: NonNullable<Marks['assignees']> },
): Marked[] {
  const mark = { kind: 'marked', ...whoAndWhere(event), thread } as const;
  return [
    ...put.labels.map(({ title: name }): Marked => ({ ...mark, by: { kind: 'label', name } })),
    ...put.assignees.map((user): Marked => ({ ...mark, by: { kind: 'assignee', account: actorOf(user) } })),
  ].slice(0, MARKS_MAX);
}
