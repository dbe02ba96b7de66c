/**
 * Characters that a reader does not see: soft hyphen, zero-width and bidirectional controls, invisible operators, byte
 * order mark, tag characters and the variation selectors that can carry bytes.
 */
const INVISIBLE = /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e01ef}]/gu;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Text without what no reader sees; for code, where comments are visible. */
export function withoutInvisible(text: string): string {
  return text.replaceAll(INVISIBLE, '');
}

/**
 * What a reader of rendered Markdown can see of it: no invisible characters and no HTML comments. Comments in fenced code
 * are shown by the host and so are kept; one that is never closed hides the rest.
 */
export function withoutHidden(markdown: string): string {
  const shown: string[] = [];
  let fence = '';
  let hidden = false;
  for (const line of withoutInvisible(markdown).split('\n')) {
    const mark = hidden ? '' : (FENCE.exec(line)?.[1] ?? '');
    if (fence !== '') {
      if (mark.startsWith(fence)) fence = '';
      shown.push(line);
      continue;
    }
    if (mark !== '') fence = mark;
    const wasHidden = hidden;
    const { text, open } = withoutComments(line, hidden);
    hidden = open;
    if (text !== '' || !wasHidden) shown.push(text);
  }
  return shown.join('\n');
}

function withoutComments(line: string, inside: boolean): { text: string; open: boolean } {
  let text = '';
  let open = inside;
  let at = 0;
  while (at <= line.length) {
    const next = line.indexOf(open ? '-->' : '<!--', at);
    if (!open) text += line.slice(at, next === -1 ? line.length : next);
    if (next === -1) break;
    at = next + (open ? 3 : 4);
    open = !open;
  }
  return { text, open };
}
