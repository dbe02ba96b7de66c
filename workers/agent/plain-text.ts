import { stripVTControlCharacters } from 'node:util';

/** C0 controls but tab and line feed, DEL, and the C1 controls. */
const CONTROLS = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]', 'g');

/**
 * Text as a log can hold it: no terminal sequences (they could hide or forge lines, and split a secret), no control
 * characters (PostgreSQL's text has no NUL), no half surrogates. Line ends become line feeds; of a line that a lone
 * carriage return overwrites, as progress bars do, the last state is kept.
 */
export function plainText(text: string): string {
  const lines = stripVTControlCharacters(text).replaceAll('\r\n', '\n').split('\n');
  const written = lines.map(lastState).join('\n').replaceAll(CONTROLS, '');
  return Buffer.from(written, 'utf8').toString('utf8');
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
