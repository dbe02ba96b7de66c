import type { Trigger } from '#core/domain/host/inbound.ts';
import type { Message } from '#core/domain/request/message.ts';
import type { Duty, Assignment } from '#core/ports/prompts.ts';
import type { DiffFile } from '#core/domain/change/diff.ts';
import type { ChangeDiff } from '#core/ports/host/reviewer.ts';
import type { LinkedThread, ThreadComment, ThreadView } from '#core/ports/host/thread-reader.ts';
import { readTemplates, renderPrompt } from '../../../workers/agent/prompt.ts';
import { aRequest } from '../../app/core/domain/samples.ts';

/** The mark of every prompt here. */
export const NONCE = '0123456789abcdef01234567';
/** A trigger at a line. */
export const REVIEW: Extract<Trigger, { kind: 'review-comment' }> = {
  kind: 'review-comment',
  id: 7,
  path: 'src/a b.ts',
  hunk: '@@ -1 +1 @@\n-<!-- old -->\n+new',
};

const TEMPLATES = await readTemplates();
const ADA = { id: 3, login: 'ada', bot: false };

/** A turn of a request of Ada, with the given differences. */
export function anAssignment(differences: Partial<Assignment> = {}): Assignment {
  const duty: Duty = { kind: 'change' };
  return { request: aRequest(), duty, messages: [], resumed: false, thread: null, ...differences };
}

/** Its prompt. */
export function rendered(differences: Partial<Assignment> = {}): string {
  return renderPrompt(TEMPLATES, anAssignment(differences), NONCE);
}

/** A comment of Ada, with the given differences. */
export function aComment(differences: Partial<ThreadComment> = {}): ThreadComment {
  const at = '2026-01-01T00:00:00Z';
  return {
    id: 1,
    author: ADA,
    body: 'Words.',
    createdAt: at,
    editedAt: null,
    at: null,
    discussion: null,
    ...differences,
  };
}

/** A pull request with these comments. */
export function aThread(comments: readonly ThreadComment[], differences: Partial<ThreadView> = {}): ThreadView {
  return {
    kind: 'pull',
    number: 5,
    title: 'Title of now',
    body: 'Body of now',
    author: ADA,
    editedAt: null,
    open: true,
    comments,
    omitted: 0,
    linked: [],
    ...differences,
  };
}

/** A linked issue, with the given differences. */
export function aLinked(differences: Partial<LinkedThread>): LinkedThread {
  const createdAt = '2026-01-01T00:00:00Z';
  return { kind: 'issue', number: 3, title: 'Why', body: 'Because.', createdAt, editedAt: null, ...differences };
}

/** A message of Ada, with the given differences. */
export function aMessage(differences: Partial<Message> = {}): Message {
  return {
    id: 'm',
    requestId: aRequest().id,
    actor: ADA,
    thread: { kind: 'issue', number: 5 },
    trigger: { kind: 'comment', id: 8 },
    text: 'And the docs.',
    fix: false,
    createdAt: '2026-01-02T00:00:00Z',
    ...differences,
  };
}

/** The diff of these files. */
export function aDiff(files: readonly DiffFile[], cut = false): ChangeDiff {
  return { baseSha: 'a', startSha: 'b', headSha: 'c', files, cut };
}

/** A modified file. */
export function aFile(differences: Partial<DiffFile> = {}): DiffFile {
  const path = differences.path ?? 'src/a.ts';
  return { path, oldPath: path, status: 'modified', patch: '@@ -1 +1 @@\n-a\n+b', ...differences };
}

/** Names and texts of all blocks of a prompt, in order. */
export function blocksOf(prompt: string): [name: string, text: string][] {
  const found = prompt.matchAll(new RegExp(`^>>> ${NONCE} (.*)\\n([\\s\\S]*?)\\n<<< ${NONCE}$`, 'gm'));
  return [...found].map(([, name = '', text = '']) => [name, text]);
}

/** The text of the block whose name is this, or begins with it and a space. */
export function blockOf(prompt: string, name: string): string | undefined {
  return blocksOf(prompt).find(([found]) => found === name || found.startsWith(`${name} `))?.[1];
}

/** What stands outside of all blocks. */
export function oursOf(prompt: string): string {
  return prompt.replaceAll(new RegExp(`^>>> ${NONCE} [\\s\\S]*?^<<< ${NONCE}$`, 'gm'), '');
}
