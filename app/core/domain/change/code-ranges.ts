/** From (included) and to (excluded), as indices into the text. */
export type Range = readonly [from: number, to: number];

/** What we know while reading from top to bottom. */
interface Reading {
  /** False once something was seen after which only a whole Markdown parser could tell. */
  certain: boolean;
  /** The same, until the next blank line. */
  clean: boolean;
  /** The open fence's signs. */
  fence: string | undefined;
}

const BLANK = /^[ \t]*$/;
const OPENING = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
/** A fence that is indented, or inside a list or a quotation: where it ends depends on where these end. */
const NESTED_FENCE = /^[ \t>*+\-\d.)]*(?:`{3,}[^`]*$|~{3,})/;
/** Begins a tag, an HTML block or an address in angle brackets. */
const TAG = /<[A-Za-z!?/]/;
/** `$…$` is mathematics, inside which backticks mean nothing. */
const MATH_SIGNS = 2;

/**
 * The parts of a Markdown text that are code wherever GitHub shows it, in order: fenced blocks whose fence begins its
 * line, and code spans within one line. Errs on one side only: what could be text under some reading of the page
 * (indented code, code after HTML, after an odd backtick, in nested fences, across cells of a table) is not in it.
 * Source: GitHub Flavored Markdown: fenced code blocks, code spans, HTML blocks, links, tables, extended autolinks.
 * Expects line ends of one LF. Linear in the length of the text.
 */
export function codeRanges(text: string): readonly Range[] {
  const reading: Reading = { certain: true, clean: true, fence: undefined };
  const lines = text.split('\n');
  const math = mathSigns(lines);
  const found: Range[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    if (!reading.certain) break;
    const spans = readLine(reading, line, (math[index] ?? 0) >= MATH_SIGNS);
    for (const [from, to] of spans) found.push([at + from, at + to]);
    at += line.length + 1;
  }
  return found;
}

function readLine(reading: Reading, line: string, hasMath: boolean): readonly Range[] {
  if (reading.fence !== undefined) {
    if (closes(line, reading.fence)) Object.assign(reading, { fence: undefined, clean: true });
    return [[0, line.length]];
  }
  if (BLANK.test(line)) {
    reading.clean = true;
    return [];
  }
  const opening = OPENING.exec(line);
  if (opening !== null) {
    reading.fence = opening[1] ?? opening[2];
    return [];
  }
  if (NESTED_FENCE.test(line)) reading.certain = false;
  if (hasMath) reading.clean = false;
  return readSpans(reading, line);
}

function closes(line: string, fence: string): boolean {
  const [, signs = ''] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line) ?? [];
  return signs.startsWith(fence);
}

/** Pairs of backtick runs within the line; with the first that has no partner here, the rest of the paragraph is open. */
function readSpans(reading: Reading, line: string): readonly Range[] {
  const spans: Range[] = [];
  let at = 0;
  // Beside backticks: escaped ones, and what could begin a link's target or label, which swallow backticks.
  for (const { 0: sign, index } of line.matchAll(/\\`|\][([]|`+/g)) {
    if (!reading.certain || !reading.clean) break;
    if (index < at) continue;
    const end = sign.startsWith('`') ? partnerOf(line, sign, index + sign.length) : undefined;
    const before = line.slice(at, index);
    if (end === undefined || inAddress(before) || TAG.test(before) || line.slice(index, end).includes('|')) {
      reading.clean = false;
      break;
    }
    spans.push([index, end]);
    at = end;
  }
  if (TAG.test(line.slice(at))) reading.certain = false;
  return spans;
}

/** Whether what stands directly before could be an address, which goes on to the next space, backticks or not. */
function inAddress(before: string): boolean {
  const word = before.slice(Math.max(before.lastIndexOf(' '), before.lastIndexOf('\t')) + 1);
  return word.includes(':') || word.toLowerCase().includes('www.');
}

/** Where the next run of exactly these backticks ends. */
function partnerOf(line: string, run: string, from: number): number | undefined {
  for (let start = line.indexOf(run, from); start >= 0;) {
    let end = start + run.length;
    while (line[end] === '`') end += 1;
    if (end - start === run.length) return end;
    start = line.indexOf(run, end);
  }
  return undefined;
}

/** For each line the dollar signs of its paragraph. */
function mathSigns(lines: readonly string[]): readonly number[] {
  const signs: number[] = [];
  let paragraph: number[] = [];
  let sum = 0;
  const endParagraph = (): void => {
    for (const index of paragraph) signs[index] = sum;
    paragraph = [];
    sum = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (BLANK.test(line)) endParagraph();
    paragraph.push(index);
    sum += line.split('$').length - 1;
  }
  endParagraph();
  return signs;
}
