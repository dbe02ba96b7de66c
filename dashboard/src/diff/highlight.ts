import { createLowlight } from 'lowlight';
import { visibleText } from '@/lib/visible-text.ts';
import { LANGUAGES, type Language } from './languages.ts';
import type { DiffLine, Hunk } from './parse-diff.ts';

/** A stretch of text with class names of highlight.js; empty where it has none. */
export interface Token {
  readonly text: string;
  readonly className: string;
}

/** Beyond these a stretch is shown without colours: they are for reading, and nobody reads so much. */
const CHARACTERS_MAX = 100_000;
const LINE_CHARACTERS_MAX = 2_000;

type Node = ReturnType<ReturnType<typeof createLowlight>['highlight']>['children'][number];

const lowlight = createLowlight(LANGUAGES);

/**
 * The lines of a hunk as coloured stretches, one list per line. What was and what is are each coloured as a whole, so that a
 * text over several lines is known for one; where a hunk begins inside such a text, it is not.
 */
export function highlight(hunk: Hunk, language: Language | undefined): readonly (readonly Token[])[] {
  const plain = hunk.lines.map((line) => [{ text: visibleText(line.text), className: '' }]);
  const size = hunk.lines.reduce((sum, line) => sum + line.text.length, 0);
  if (language === undefined || size > CHARACTERS_MAX) return plain;
  if (hunk.lines.some((line) => line.text.length > LINE_CHARACTERS_MAX)) return plain;
  const before = coloured(hunk.lines, 'added', language);
  const after = coloured(hunk.lines, 'removed', language);
  return hunk.lines.map((line, at) => (line.kind === 'removed' ? before : after).get(at) ?? plain[at] ?? []);
}

/** Colours all lines but those of one kind, by the place of each. */
function coloured(lines: readonly DiffLine[], but: DiffLine['kind'], language: Language): Map<number, Token[]> {
  const places = lines.flatMap(({ kind }, at) => (kind === but || kind === 'note' ? [] : [at]));
  const text = places.map((at) => visibleText(lines[at]?.text ?? '')).join('\n');
  const rows: Token[][] = [[]];
  for (const node of lowlight.highlight(language, text).children) write(rows, node, '');
  return new Map(places.map((at, row) => [at, rows[row] ?? []]));
}

function write(rows: Token[][], node: Node, className: string): void {
  if (node.type === 'text') {
    for (const [at, text] of node.value.split('\n').entries()) {
      if (at > 0) rows.push([]);
      if (text !== '') rows.at(-1)?.push({ text, className });
    }
  }
  if (node.type !== 'element') return;
  const names = node.properties['className'];
  const own = Array.isArray(names) ? names.join(' ') : '';
  for (const child of node.children) write(rows, child, `${className} ${own}`.trim());
}
