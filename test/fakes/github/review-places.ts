/** Where a review comment is to go, in GitHub's words. */
export interface AskedPlace {
  readonly line?: number | undefined;
  readonly side?: string | undefined;
  readonly start_line?: number | undefined;
  readonly start_side?: string | undefined;
}

type Hunk = { readonly left: Set<number>; readonly right: Set<number> };

/** Which lines each hunk of a patch shows: removed ones on the left, added and unchanged ones on the right. */
export function hunksOf(patch: string): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let [left, right] = [0, 0];
  for (const line of patch.split('\n')) {
    const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    const hunk = hunks.at(-1);
    if (head) {
      [left, right] = [Number(head[1]), Number(head[2])];
      hunks.push({ left: new Set(), right: new Set() });
    } else if (line.startsWith('-')) hunk?.left.add(left++);
    else if (line.startsWith('+')) hunk?.right.add(right++);
    else if (line.startsWith(' ')) {
      hunk?.right.add(right++);
      left += 1;
    }
  }
  return hunks;
}

/**
 * What is wrong with a place; undefined when GitHub takes it. Left is for what was removed, right for the rest:
 * https://docs.github.com/en/rest/pulls/comments#create-a-review-comment-for-a-pull-request
 */
export function placeProblem(patch: string, asked: AskedPlace): string | undefined {
  const { line, side = 'RIGHT', start_line: start, start_side: startSide = side } = asked;
  const isSide = (name: string): boolean => name === 'LEFT' || name === 'RIGHT';
  if (line === undefined) return 'Line must be part of the diff';
  if (!isSide(side) || !isSide(startSide)) return 'Side must be LEFT or RIGHT';
  const shows = (hunk: Hunk, at: { side: string; line: number }): boolean =>
    (at.side === 'LEFT' ? hunk.left : hunk.right).has(at.line);
  const hunk = hunksOf(patch).find((one) => shows(one, { side, line }));
  if (!hunk) return 'Line must be part of the diff';
  if (start === undefined) return undefined;
  if (start >= line && side === startSide) return 'Start line must precede the end line.';
  return shows(hunk, { side: startSide, line: start })
    ? undefined
    : 'Start line must be part of the same hunk as the line.';
}
