import type { FailedJob, ThreadComment, ThreadView } from '#core/ports/host/thread-reader.ts';
import { fitBlocks, inLine, type DataBlocks } from './data-blocks.ts';
import { plainText } from './plain-text.ts';
import { commentBlock } from './prompt-thread.ts';
import { withoutInvisible } from './without-hidden.ts';

/** Characters of the end of a job's log; what broke is said there. */
const LOG_CHARACTERS_MAX = 20_000;
const JOBS_BYTES_MAX = 200_000;
const REMARKS_BYTES_MAX = 200_000;

/** Discussions that nobody has resolved, each with all that was said in it; the oldest first, as many as there is room for. */
export function remarkBlocks(blocks: DataBlocks, view: ThreadView): { remarks: string; unshown: number } {
  const all = [...openDiscussions(view).values()].map((said, index) => {
    const [first, ...answers] = said;
    const name = `REMARK ${index + 1}`;
    // The place is that of the first comment; answers are in the same one.
    const texts = answers.map((answer) => commentBlock(blocks, { ...answer, at: null }, { name: `ANSWER to ${name}` }));
    return [commentBlock(blocks, first, { name }), ...texts].join('\n\n');
  });
  const fitting = fitBlocks(all, { bytesMax: REMARKS_BYTES_MAX, firstShare: 1 });
  return { remarks: fitting.blocks.join('\n\n'), unshown: fitting.left };
}

/** The thread without its open discussions. */
export function withoutRemarks(view: ThreadView): ThreadView {
  return { ...view, comments: view.comments.filter((comment) => !isOpen(comment)) };
}

/** Failed jobs with the ends of their logs. */
export function jobBlocks(blocks: DataBlocks, jobs: readonly FailedJob[]): string {
  const all = jobs.map(({ name, log }, index) => blocks.block(`JOB ${index + 1}`, `${inLine(name)}\n${endOf(log)}`));
  return fitBlocks(all, { bytesMax: JOBS_BYTES_MAX, firstShare: 1 }).blocks.join('\n\n');
}

function isOpen({ discussion }: ThreadComment): boolean {
  return discussion !== null && !discussion.resolved;
}

function openDiscussions({ comments }: ThreadView): Map<string, [ThreadComment, ...ThreadComment[]]> {
  const found = new Map<string, [ThreadComment, ...ThreadComment[]]>();
  for (const comment of comments.filter(isOpen)) {
    const { id = '' } = comment.discussion ?? {};
    const said = found.get(id);
    if (said === undefined) found.set(id, [comment]);
    else said.push(comment);
  }
  return found;
}

function endOf(log: string): string {
  const text = withoutInvisible(plainText(log)).trimEnd();
  if (text === '') return '(the host gives no log)';
  const left = text.length - LOG_CHARACTERS_MAX;
  return left <= 0 ? text : `… ${left} characters left out …\n${plainText(text.slice(left))}`;
}
