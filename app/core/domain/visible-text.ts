const FENCE = /^ {0,3}(`{3,}|~{3,})/;

function spaces(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Blanks fenced blocks (closed by a fence of the same sign, at least as long), block quotes and indented code. */
function blankBlocks(text: string): string {
  let fence: string | undefined;
  let afterBlank = true;
  const kept = text.split('\n').map((line) => {
    const mark = FENCE.exec(line)?.[1];
    const inside = fence !== undefined;
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined;
    const indented = afterBlank && /^(?: {4}|\t)/.test(line);
    afterBlank = line.trim() === '' || indented;
    const hidden = inside || mark !== undefined || indented || /^ {0,3}>/.test(line);
    return hidden ? ' '.repeat(line.length) : line;
  });
  return kept.join('\n');
}

/** Blanks code spans: a run of n backticks up to the next run of exactly n in the same paragraph; one pass over the runs. */
function blankCodeSpans(text: string): string {
  return text
    .split(/(\n[ \t]*\n)/)
    .map((paragraph) => {
      const runs = [...paragraph.matchAll(/`+/g)].map((run) => ({ at: run.index, length: run[0].length }));
      const next = new Map<number, number>();
      const closing = Array.from<number | undefined>({ length: runs.length });
      for (let index = runs.length - 1; index >= 0; index -= 1) {
        const length = runs[index]?.length ?? 0;
        closing[index] = next.get(length);
        next.set(length, index);
      }
      const pieces: string[] = [];
      let at = 0;
      for (let index = 0; index < runs.length; index += 1) {
        const close = closing[index];
        const open = runs[index];
        const end = close === undefined ? undefined : runs[close];
        if (close === undefined || open === undefined || end === undefined) continue;
        pieces.push(paragraph.slice(at, open.at), spaces(paragraph.slice(open.at, end.at + end.length)));
        at = end.at + end.length;
        index = close;
      }
      return pieces.join('') + paragraph.slice(at);
    })
    .join('');
}

/**
 * The text with everything blanked that does not speak for its author: HTML comments, fenced and indented code, block
 * quotes and code spans. Same length and line ends as the input, so a position found here is valid there.
 * Source: GitHub Flavored Markdown, sections on fenced code blocks, block quotes, code spans and HTML comments.
 */
export function visibleText(text: string): string {
  return blankCodeSpans(blankBlocks(text.replace(/<!--[\s\S]*?(?:-->|$)/g, spaces)));
}
