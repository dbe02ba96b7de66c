import { visibleText } from '../text/visible-text.ts';

/** Signs before the number of a thread; what they mean depends on the host. */
const PATTERNS = {
  '#': /(?<![\w&/#])#([1-9]\d{0,8})(?!\w)/g,
  '!': /(?<![\w&/!])!([1-9]\d{0,8})(?!\w)/g,
} as const;

/** Numbers after a sign in what a reader sees of a text, in their order; those in code or quotes do not count. Linear in time. */
export function numbersAfter(sign: keyof typeof PATTERNS, body: string): number[] {
  return [...visibleText(body).matchAll(PATTERNS[sign])].map(([, digits]) => Number(digits));
}
