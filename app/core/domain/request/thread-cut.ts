import type { Actor } from '../host/repo.ts';

/** What of a comment decides whether it may be read. Times are ISO 8601 UTC, as the host says. */
interface CutComment {
  readonly id: number;
  readonly author: Actor;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly at: object | null;
  readonly discussion: object | null;
  readonly partOf?: number;
}

/** What of a linked thread decides the same. */
interface CutLinked {
  readonly createdAt: string;
  readonly editedAt: string | null;
}

/** What of a thread is cut. */
interface CutView {
  readonly body: string;
  readonly editedAt: string | null;
  readonly comments: readonly CutComment[];
  readonly linked: readonly CutLinked[];
}

/** Where to cut. */
export interface ThreadCut {
  /** When the words were said that began the work, by the host's clock. */
  readonly triggerAt: string;
  /** The comment or review that said them; null when it was the thread itself. */
  readonly triggerCommentId: number | null;
  /** Our own accounts. */
  readonly ourIds: readonly number[];
}

/**
 * A conversation as it was when somebody who may do so asked for work: nobody can put other words into it afterwards. Left
 * out are comments and linked threads that were written or edited later, a body that was edited later, and our own words
 * outside of discussions, such as the progress comment. What has no readable time is left out too, and so is what carries
 * the very time of the trigger (hosts count whole seconds), unless it is the trigger, was submitted with it, or has a lower
 * number.
 */
export function cutThread<View extends CutView>(view: View, cut: ThreadCut): View {
  const limit = Date.parse(cut.triggerAt);
  const untouched = (editedAt: string | null): boolean => editedAt === null || Date.parse(editedAt) < limit;
  const inTime = ({ id, createdAt, partOf }: CutComment): boolean => {
    const at = Date.parse(createdAt);
    if (at < limit || (cut.triggerCommentId !== null && [id, partOf].includes(cut.triggerCommentId))) return true;
    return at === limit && cut.triggerCommentId !== null && id < cut.triggerCommentId;
  };
  const ours = ({ author, at, discussion }: CutComment): boolean =>
    cut.ourIds.includes(author.id) && at === null && discussion === null;
  const comments = view.comments.filter((comment) => !ours(comment) && inTime(comment) && untouched(comment.editedAt));
  const linked = view.linked.filter((one) => Date.parse(one.createdAt) < limit && untouched(one.editedAt));
  return { ...view, body: untouched(view.editedAt) ? view.body : '', comments, linked };
}
