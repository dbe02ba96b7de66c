import type { Verb } from './command-list.ts';
import { asSeen } from '../text/invisible.ts';
import { withoutComments } from '../text/visible-text.ts';

const COURTESY = 'please kindly now thanks thank you'.split(' ');
const POLITE: ReadonlySet<string> = new Set([...COURTESY, ...'again it this that me 👍 ✅ 🙏 🚀 🎉'.split(' ')]);
const OBJECTS: ReadonlySet<string> = new Set(
  'the my your our run job task request plan change changes diff pr mr pull merge everything all'.split(' '),
);
/** Commands whose object can only be what is in the thread. */
const WITH_OBJECT: ReadonlySet<Verb> = new Set<Verb>(['approve', 'cancel', 'retry', 'status', 'review', 'revert']);
/** More words than these are a sentence. */
const WORDS_MAX = 5;
/** A longer text is not looked at for a single word. */
const SHORT_CHARS_MAX = 100;

/** The words of a line as readers see them, in lower case; emoji are words, punctuation is not. */
export function wordsOf(line: string): string[] {
  const words = asSeen(line)
    .toLowerCase()
    .split(/[\s,;:!?()]+/);
  return words.map((word) => word.replace(/\.+$/, '')).filter((word) => /[\p{L}\p{N}\p{S}]/u.test(word));
}

/** Whether the words add nothing to a command: `please`, `it`, and for some commands what they are about, as in `review this PR`. */
export function isFiller(words: readonly string[], verb: Verb): boolean {
  const adds = (word: string): boolean => !POLITE.has(word) && !(WITH_OBJECT.has(verb) && OBJECTS.has(word));
  return words.length <= WORDS_MAX && !words.some(adds);
}

/** The one word of a text less words of courtesy; undefined when there is not exactly one. */
export function onlyWord(text: string): string | undefined {
  if (text.length > SHORT_CHARS_MAX) return undefined;
  const [word, ...more] = wordsOf(text).filter((each) => !COURTESY.includes(each));
  return more.length === 0 ? word : undefined;
}

/** Whether a text tells a reader anything more than thanks: there are letters or digits in sight, and not words of courtesy alone. */
export function saysSomething(text: string): boolean {
  const seen = asSeen(withoutComments(text));
  if (!/[\p{L}\p{N}]/u.test(seen)) return false;
  return seen.length > SHORT_CHARS_MAX || wordsOf(seen).some((word) => !COURTESY.includes(word));
}
