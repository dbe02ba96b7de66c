import { visibleText } from '@/lib/visible-text.ts';
import { withoutAnsi } from './ansi.ts';

/** A text with every place that holds `words`, in either case, marked; without colours of its own. */
export function Marked({ text, words }: { readonly text: string; readonly words: string }) {
  const plain = withoutAnsi(text);
  const lower = plain.toLowerCase();
  const wanted = words.toLowerCase();
  // A few letters change their length in lower case; places would not fit then.
  if (lower.length !== plain.length || !lower.includes(wanted)) return visibleText(plain);
  const parts = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    parts.push(visibleText(plain.slice(from, at)));
    from = at + wanted.length;
    parts.push(
      <mark key={at} className="rounded-sm bg-mark text-foreground">
        {visibleText(plain.slice(at, from))}
      </mark>,
    );
  }
  parts.push(visibleText(plain.slice(from)));
  return parts;
}
