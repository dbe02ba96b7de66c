/** C0 but tab, DEL, C1, and what turns the direction of text round or is not seen (Trojan Source, CVE-2021-42574). */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Text in which nothing hides: each character that cannot be seen, or moves others, as `\u202e`. Keeps tabs and line ends. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
