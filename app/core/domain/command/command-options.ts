import { COMMANDS, OPTION_NAMES, optionOf, type OptionName, type Verb } from './command-list.ts';
import { malformedOption, repeatedOption, unfitOption, unknownOption } from './command-reply.ts';
import { asSeen } from '../text/invisible.ts';
import { VALUE_READERS } from './command-option-values.ts';
import type { RunOptions } from '../run/run-task.ts';

/** Options at the beginning of a piece of one line. `closed`: by `--`, after which nothing is an option or a command. */
export type ReadOptions =
  | { readonly kind: 'read'; readonly options: RunOptions; readonly end: number; readonly closed: boolean }
  | { readonly kind: 'fault'; readonly text: string };

const KEYS: Readonly<Record<OptionName, keyof RunOptions>> = {
  model: 'model',
  'max-tokens': 'maxTokens',
  'max-cost': 'maxCostUsd',
  base: 'base',
  draft: 'draft',
};
const PAIRS: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
];

/**
 * Reads `--name value`, `--name=value` and `--draft` from the beginning of `line`; the first word that is no option ends
 * them. Values may be in quotes but hold no white space. A dash that a phone made of two is two, before a name we know.
 * `given` are options written before the command. A fault is a reply that names the option and lists the right ones.
 */
export function readOptions(line: string, verb: Verb | undefined, given: RunOptions): ReadOptions {
  const allowed = verb === undefined ? OPTION_NAMES : COMMANDS[verb].options;
  const unfit = OPTION_NAMES.find((name) => given[KEYS[name]] !== undefined && !allowed.includes(name));
  if (unfit !== undefined) return { kind: 'fault', text: unfitOption(unfit, verb) };
  let options = given;
  let end = 0;
  for (;;) {
    const word = wordAt(line, end);
    if (word === undefined) return { kind: 'read', options, end, closed: false };
    if (word.text === '--') return { kind: 'read', options, end: word.end, closed: true };
    const [name, value] = splitOption(word.text);
    if (name === undefined) return { kind: 'read', options, end, closed: false };
    const option = optionOf(name);
    if (option === undefined) return { kind: 'fault', text: unknownOption(name, verb) };
    if (!allowed.includes(option)) return { kind: 'fault', text: unfitOption(option, verb) };
    if (options[KEYS[option]] !== undefined) return { kind: 'fault', text: repeatedOption(option, verb) };
    const next = value === undefined && option !== 'draft' ? wordAt(line, word.end) : undefined;
    const read = readValue(option, value ?? next?.text);
    if (read === undefined) return { kind: 'fault', text: malformedOption(option, value ?? next?.text, verb) };
    options = { ...options, ...read };
    end = next?.end ?? word.end;
  }
}

function readValue(option: OptionName, value: string | undefined): RunOptions | undefined {
  if (option === 'draft') return value === undefined ? { draft: true } : undefined;
  if (value === undefined || splitOption(value)[0] !== undefined) return undefined;
  return VALUE_READERS[option](unquoted(value));
}

/** Name and value of an option; no name when the word is none, such as a rule of dashes or a dash of prose. */
function splitOption(word: string): [name: string | undefined, value: string | undefined] {
  const [, dashes, name, value] = /^(--|[–—])([A-Za-z0-9][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const isOne = name !== undefined && (dashes === '--' || optionOf(name) !== undefined);
  return isOne ? [name, value] : [undefined, undefined];
}

function unquoted(value: string): string {
  const pair = PAIRS.find(([open, close]) => value.length > 1 && value.startsWith(open) && value.endsWith(close));
  return pair === undefined ? value : value.slice(1, -1);
}

/** The next word as readers see it, and where it ends in the line; words that show nothing are passed over. */
function wordAt(line: string, from: number): { text: string; end: number } | undefined {
  const words = /[^\S\uFEFF]*((?:\S|\uFEFF)+)/y;
  words.lastIndex = from;
  for (let found = words.exec(line); found !== null; found = words.exec(line)) {
    const text = asSeen(found[1] ?? '');
    if (text !== '') return { text, end: words.lastIndex };
  }
  return undefined;
}
