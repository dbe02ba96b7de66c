import type { Thread, Trigger } from '#core/domain/host/inbound.ts';
import type { Message } from '#core/domain/request/message.ts';
import type { WorkRequest } from '#core/domain/request/work-request.ts';
import type { ThreadComment, ThreadView } from '#core/ports/host/thread-reader.ts';
import { fitBlocks, inLine, shownCode, shownMarkdown, spokenBy, type DataBlocks } from './data-blocks.ts';

/** Characters of each text that go into a prompt; of a longer one the middle is left out. */
const TITLE_CHARACTERS_MAX = 1_000;
const TEXT_CHARACTERS_MAX = 60_000;
const COMMENT_CHARACTERS_MAX = 20_000;
const LINKED_CHARACTERS_MAX = 5_000;
const HUNK_CHARACTERS_MAX = 10_000;
/** Bytes of all comments, all messages and all linked threads; together with what else there is well below what a model reads. */
const COMMENTS_BYTES_MAX = 200_000;
const MESSAGES_BYTES_MAX = 200_000;
const LINKED_BYTES_MAX = 100_000;
/** How a conversation began says more than what came right after. */
const FIRST_SHARE = 0.25;

/** `issue #7` or `pull request #7`. */
export function threadName({ kind, number }: Pick<Thread, 'kind' | 'number'>): string {
  return `${kind === 'pull' ? 'pull request' : 'issue'} #${number}`;
}

/** The words of the request. */
export function requestBlock(blocks: DataBlocks, { prompt }: WorkRequest): string {
  return blocks.block('REQUEST', shownMarkdown(prompt, TEXT_CHARACTERS_MAX));
}

/** The thread as it was when the request was made and, when that was said at a line, which one; empty for what came through the API. */
export function placeBlocks(blocks: DataBlocks, { thread, trigger }: WorkRequest): string {
  if (thread === null) return '';
  const title = blocks.block('TITLE', inTitle(thread.title));
  const body = blocks.block('BODY', shownMarkdown(thread.body, TEXT_CHARACTERS_MAX));
  return [title, body, ...hunkOf(blocks, 'REQUEST', placeOf(trigger, null))].join('\n\n');
}

/** What else is said in a thread, resolved discussions named as such; empty when there is nothing. */
export function commentBlocks(blocks: DataBlocks, view: ThreadView): { comments: string; omitted: number } {
  const all = view.comments.map((comment, index) => {
    const resolved = comment.discussion?.resolved === true ? ', resolved' : '';
    const name = `COMMENT ${index + 1}`;
    return commentBlock(blocks, comment, { name, note: resolved });
  });
  const fitting = fitBlocks(all, { bytesMax: COMMENTS_BYTES_MAX, firstShare: FIRST_SHARE });
  return { comments: fitting.blocks.join('\n\n'), omitted: fitting.left + view.omitted };
}

/** One comment and, when it was made at a line, that place. */
export function commentBlock(
  blocks: DataBlocks,
  { author, body, createdAt, at }: ThreadComment,
  { name, note = '' }: { name: string; note?: string },
): string {
  const text = shownMarkdown(body, COMMENT_CHARACTERS_MAX);
  return [blocks.block(`${name} ${spokenBy(author, createdAt)}${note}`, text), ...hunkOf(blocks, name, at)].join(
    '\n\n',
  );
}

/** Titles and bodies of linked threads, as many as there is room for. */
export function linkedBlocks(blocks: DataBlocks, { linked }: ThreadView): string {
  const all = linked.map((thread) => {
    const text = `${inTitle(thread.title)}\n\n${shownMarkdown(thread.body, LINKED_CHARACTERS_MAX)}`;
    return blocks.block(`LINKED ${threadName(thread)}`, text);
  });
  return fitBlocks(all, { bytesMax: LINKED_BYTES_MAX, firstShare: 1 }).blocks.join('\n\n');
}

/** What was said to the agent since its last turn; the newest, as many as there is room for. */
export function messageBlocks(
  blocks: DataBlocks,
  messages: readonly Message[],
  view: ThreadView | null,
): { messages: string; missed: number } {
  const all = messages.map(({ actor, text, trigger, createdAt }, index) => {
    const name = `MESSAGE ${index + 1}`;
    const words = blocks.block(`${name} ${spokenBy(actor, createdAt)}`, shownMarkdown(text, COMMENT_CHARACTERS_MAX));
    return [words, ...hunkOf(blocks, name, placeOf(trigger, view))].join('\n\n');
  });
  const fitting = fitBlocks(all, { bytesMax: MESSAGES_BYTES_MAX, firstShare: 0 });
  return { messages: fitting.blocks.join('\n\n'), missed: fitting.left };
}

function placeOf(trigger: Trigger | null, view: ThreadView | null): ThreadComment['at'] {
  if (trigger?.kind !== 'review-comment') return null;
  const comment = view?.comments.find(({ id, at }) => id === trigger.id && at !== null);
  return { path: trigger.path, hunk: trigger.hunk, line: comment?.at?.line ?? null };
}

function hunkOf(blocks: DataBlocks, name: string, at: ThreadComment['at']): string[] {
  if (at === null) return [];
  const path = `${inPath(at.path)}${at.line === null ? '' : `, line ${at.line}`}`;
  return [blocks.block(`PLACE of ${name}`, `${path}\n${shownCode(at.hunk, HUNK_CHARACTERS_MAX)}`)];
}

/** A path as the first line of a block. */
export function inPath(path: string): string {
  return shownCode(path.replaceAll(/\s/g, ' '), TITLE_CHARACTERS_MAX);
}

function inTitle(title: string): string {
  return inLine(shownMarkdown(title.replaceAll(/\s+/g, ' '), TITLE_CHARACTERS_MAX));
}
