import { colouredText, plainText } from './plain-text.ts';

/** How much of one command's output is shown; half of it from the beginning, half from the end. */
export const SHOWN_LINES_MAX = 200;
/** See {@link SHOWN_LINES_MAX}; UTF-16 characters. */
export const SHOWN_CHARACTERS_MAX = 32 * 1024;
const LINE_CHARACTERS_MAX = 2_000;

/** The lines of an output worth showing, with its colours where they are short enough: all of them, or head and tail around one line that says what was left out. */
export function shownLines(output: string): string[] {
  const lines = colouredText(output).replace(/\n+$/, '').split('\n').map(shorten);
  if (lines.length === 1 && lines[0] === '') return [];
  const head = take(lines);
  if (head.length === lines.length) return head;
  const halfHead = take(lines, 2);
  const tail = take(lines.slice(halfHead.length).toReversed(), 2).toReversed();
  const left = lines.length - halfHead.length - tail.length;
  return left === 0 ? lines : [...halfHead, `… ${left} lines left out …`, ...tail];
}

/** As many lines from the beginning as a share of the bounds lets in. */
function take(lines: readonly string[], share = 1): string[] {
  let characters = 0;
  const bounded = lines.slice(0, SHOWN_LINES_MAX / share);
  const end = bounded.findIndex((line) => {
    characters += line.length + 1;
    return characters > SHOWN_CHARACTERS_MAX / share;
  });
  return end === -1 ? bounded : bounded.slice(0, end);
}

function shorten(line: string): string {
  if (line.length <= LINE_CHARACTERS_MAX) return line;
  return plainText(`${line.slice(0, LINE_CHARACTERS_MAX)}… ${line.length - LINE_CHARACTERS_MAX} characters left out`);
}
