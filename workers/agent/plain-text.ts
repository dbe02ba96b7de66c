import { stripVTControlCharacters } from 'node:util';
import { LOOK } from '#core/domain/text/terminal-looks.ts';

/** C0 controls but tab and line feed, DEL, and the C1 controls. */
const CONTROLS = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]', 'g');

/** The same, but for the escape that begins a sequence which sets colour or weight. */
const CONTROLS_BUT_LOOKS = new RegExp(
  `(?!${LOOK.source})\\u001b|[\\u0000-\\u0008\\u000b-\\u001a\\u001c-\\u001f\\u007f-\\u009f]`,
  'g',
);
const AROUND_LOOKS = new RegExp(`(${LOOK.source})`);

/**
 * Text as a log can hold it: no terminal sequences (they could hide or forge lines, and split a secret), no control
 * characters (PostgreSQL's text has no NUL), no half surrogates. Line ends become line feeds; of a line that a lone
 * carriage return overwrites, as progress bars do, the last state is kept.
 */
export function plainText(text: string): string {
  return written(stripVTControlCharacters(text), CONTROLS);
}

/** The same with the sequences that set colour or weight, which whoever looks for secrets has to look through. */
export function colouredText(text: string): string {
  const parts = text.split(AROUND_LOOKS);
  const kept = parts.map((part, at) => (at % 2 === 1 ? part : stripVTControlCharacters(part))).join('');
  return written(kept, CONTROLS_BUT_LOOKS);
}

function written(text: string, controls: RegExp): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const states = lines.map(lastState).join('\n').replaceAll(controls, '');
  return Buffer.from(states, 'utf8').toString('utf8');
}

function lastState(line: string): string {
  const end = line.endsWith('\r') ? line.slice(0, -1) : line;
  return end.slice(end.lastIndexOf('\r') + 1);
}

/** The beginning and the end of a text of more than `charactersMax`, with a note between them of what was left out. */
export function clipText(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const half = Math.floor(charactersMax / 2);
  const left = text.length - 2 * half;
  return plainText(`${text.slice(0, half)}\n… ${left} characters left out …\n${text.slice(-half)}`);
}
