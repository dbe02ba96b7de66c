/** A sequence that sets colour or weight and does nothing else: SGR of ECMA-48, 8.3.117. */
export const LOOK = /\u001b\[[0-9;:]{0,40}m/g;

/** The text without the sequences that set colour or weight. */
export function withoutLooks(text: string): string {
  return text.includes('\u001b') ? text.replace(LOOK, '') : text;
}
