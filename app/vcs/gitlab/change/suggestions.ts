import type { DiffPlace } from '#core/domain/change/diff.ts';
import { withoutQuickActions } from '../thread/quick-actions.ts';

/** The block with which our own words offer code; nothing in them stands at a line's beginning but what we put there. */
const BLOCK = /^(`{3,})suggestion\n(?:[^]*\n)?\1$/m;
const PLAIN_FENCE = '```';

/** GitLab replaces at most this many lines above the one a comment is on. */
const LINES_ABOVE_MAX = 100;

/**
 * A remark in GitLab's words: what it offers replaces the lines above the one it is on as well, and nothing in it is a quick
 * action. Code is left as it is, since it is to be applied; where GitLab could take it for orders all the same, because it
 * holds a fence of its own, or where it spans too many lines, it is not offered. Source:
 * https://docs.gitlab.com/user/project/merge_requests/reviews/suggestions/#multi-line-suggestions
 */
export function remarkBody(body: string, { line, startLine }: Pick<DiffPlace, 'line' | 'startLine'>): string {
  const found = BLOCK.exec(body);
  if (found === null) return withoutQuickActions(body);
  const [block, fence = PLAIN_FENCE] = found;
  const above = startLine === null ? 0 : line - startLine;
  const before = withoutQuickActions(body.slice(0, found.index));
  const after = withoutQuickActions(body.slice(found.index + block.length));
  const isSafe = fence === PLAIN_FENCE || withoutQuickActions(block) === block;
  if (above > LINES_ABOVE_MAX || !isSafe) return `${before}${after}`.trimEnd();
  const offered = block.replace(`${fence}suggestion`, () => `${fence}suggestion:-${above}+0`);
  return `${before}${offered}${after}`;
}
