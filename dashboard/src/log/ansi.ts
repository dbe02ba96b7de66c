import { visibleText } from '@/lib/visible-text.ts';

/** A stretch of text in one look. `className` is empty where it has none. */
export interface Span {
  readonly text: string;
  readonly className: string;
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
type Colour = (typeof COLOURS)[number];

const CLASSES: Readonly<Record<Colour, string>> = {
  black: 'text-ansi-black',
  red: 'text-ansi-red',
  green: 'text-ansi-green',
  yellow: 'text-ansi-yellow',
  blue: 'text-ansi-blue',
  magenta: 'text-ansi-magenta',
  cyan: 'text-ansi-cyan',
  white: 'text-ansi-white',
};

/** ECMA-48: a control sequence, an operating system command up to its end, or any other escape. */
const ESCAPE = /\u001b\[([0-9;:]*)([ -/]*[@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-_]?/g;

interface Look {
  colour: Colour | undefined;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}

const plain = (): Look => ({ colour: undefined, bold: false, dim: false, italic: false, underline: false });

/**
 * Text with terminal sequences as stretches of one look. Colours become the theme's own, all of which can be read; backgrounds
 * and everything that moves a cursor are left out, and what cannot be seen is spelled out.
 */
export function ansiSpans(text: string): Span[] {
  if (!text.includes('\u001b')) return [{ text: visibleText(text), className: '' }];
  const spans: Span[] = [];
  let look = plain();
  let from = 0;
  for (const found of text.matchAll(ESCAPE)) {
    push(spans, text.slice(from, found.index), look);
    from = found.index + found[0].length;
    if (found[2] === 'm') look = after(look, found[1] ?? '');
  }
  push(spans, text.slice(from), look);
  return spans;
}

/** Text without terminal sequences, to be searched. */
export const withoutAnsi = (text: string): string => (text.includes('\u001b') ? text.replace(ESCAPE, '') : text);

function push(spans: Span[], text: string, look: Look): void {
  if (text === '') return;
  const { colour, bold, dim, italic, underline } = look;
  const names = [
    colour !== undefined && CLASSES[colour],
    bold && 'font-semibold',
    dim && colour === undefined && 'text-muted-foreground',
    italic && 'italic',
    underline && 'underline',
  ];
  spans.push({ text: visibleText(text), className: names.filter(Boolean).join(' ') });
}

/** Select Graphic Rendition (ECMA-48, 8.3.117). */
function after(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map(Number);
  let look = { ...before };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, length] = extended(codes.slice(at + 1));
      if (code === 38) look.colour = colour;
      at += length;
    } else look = single(look, code);
  }
  return look;
}

function single(look: Look, code: number): Look {
  if (code === 0) return plain();
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 3) return { ...look, italic: true };
  if (code === 4) return { ...look, underline: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 23) return { ...look, italic: false };
  if (code === 24) return { ...look, underline: false };
  if (code === 39) return { ...look, colour: undefined };
  const base = code >= 90 && code <= 97 ? code - 90 : code - 30;
  return base >= 0 && base < COLOURS.length ? { ...look, colour: COLOURS[base] } : look;
}

/** A colour of the 256, or of red, green and blue, as the nearest of the eight; and how many codes it took. */
function extended(codes: readonly number[]): [Colour | undefined, number] {
  const [mode, ...rest] = codes;
  if (mode === 2) return [nearest(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), 4];
  if (mode !== 5) return [undefined, 1];
  const index = rest[0] ?? 0;
  if (index < 16) return [COLOURS[index % 8], 2];
  if (index >= 232) return [index < 244 ? 'black' : 'white', 2];
  const cube = index - 16;
  const [red = 0, green = 0, blue = 0] = [36, 6, 1].map((size) => Math.floor(cube / size) % 6);
  return [nearest(red, green, blue), 2];
}

/** By which of the three are strong: the bits of the eight are red, green and blue. */
function nearest(red: number, green: number, blue: number): Colour {
  const strong = Math.max(red, green, blue) / 2;
  const bits = [red, green, blue].reduce((sum, value, at) => sum + (strong > 0 && value > strong ? 2 ** at : 0), 0);
  return COLOURS[bits] ?? 'white';
}
