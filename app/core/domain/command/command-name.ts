import { verbOf, type Verb } from './command-list.ts';
import { asSeen } from '../text/invisible.ts';

/** A command's name as it was found, and how much of the line it takes. */
export interface FoundName {
  readonly verb: Verb;
  readonly length: number;
}

/** They change what becomes of the work of others, so they are not picked out of a sentence or a question. */
const DECISIONS: ReadonlySet<Verb> = new Set<Verb>(['approve', 'reject', 'allow-host']);

/** Whether a command counts only where its call begins a line. */
export function isDecision(verb: Verb): boolean {
  return DECISIONS.has(verb);
}

/** The name at the beginning of a line, as readers see it, with the punctuation after it. */
export function readName(line: string): FoundName | undefined {
  const [word, next] = wordEnds(line);
  if (word === undefined) return undefined;
  if (word.text.toLowerCase() === 'allow' && /^host:?$/i.test(next?.text ?? ''))
    return { verb: 'allow-host', length: next?.end ?? word.end };
  const verb = verbOf(word.text.replace(/[.,:;!?]{1,3}$/, ''));
  if (verb === undefined || (isDecision(verb) && word.text.endsWith('?'))) return undefined;
  return { verb, length: word.end };
}

/** The first two words. A zero-width no-break space is white space to JavaScript and nothing to readers. */
function wordEnds(line: string): { text: string; end: number }[] {
  const found: { text: string; end: number }[] = [];
  for (const { 0: word, index } of line.matchAll(/(?:\S|\uFEFF)+/g)) {
    const text = asSeen(word);
    if (text !== '') found.push({ text, end: index + word.length });
    if (found.length === 2) break;
  }
  return found;
}
