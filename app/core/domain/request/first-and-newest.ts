/** What of a comment decides where it stands. `createdAt` is ISO 8601 UTC. */
interface Dated {
  readonly id: number;
  readonly createdAt: string;
}

/** How a conversation began says more than what came right after. */
const FIRST_SHARE = 0.25;

/** The first comments and the newest, oldest first: `most` of them at most, and what is left out is in the middle. */
export function firstAndNewest<Comment extends Dated>(comments: readonly Comment[], most: number): Comment[] {
  const sorted = comments.toSorted(
    (one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt) || one.id - other.id,
  );
  if (sorted.length <= most) return sorted;
  const first = Math.floor(most * FIRST_SHARE);
  return [...sorted.slice(0, first), ...sorted.slice(sorted.length - (most - first))];
}
