import { isUtf8 } from 'node:buffer';

/** A JSON text that every parser reads alike, or what is wrong with it. */
export type StrictJson =
  { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'unfit'; readonly why: string };

/** Nesting of a conversation with its tools is below twenty; what is checked recursively may rely on this bound. */
const DEPTH_MAX = 100;
/** Objects, arrays and members of a text. A long conversation has some ten thousand; a text of brackets would fill memory. */
const TOKENS_MAX = 1_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Parses JSON of which there cannot be two opinions: UTF-8 without a byte order mark, no key twice in one object (RFC 8259,
 * section 4, leaves open which one counts), bounded in depth and count. Never throws.
 */
export function parseStrictJson(bytes: Buffer): StrictJson {
  if (!isUtf8(bytes)) return { kind: 'unfit', why: 'it is not UTF-8' };
  const text = bytes.toString('utf8');
  const why = faultIn(text);
  if (why !== undefined) return { kind: 'unfit', why };
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'value', value };
  } catch {
    return { kind: 'unfit', why: 'it is not JSON' };
  }
}

/** Walks over the structure only; what is no JSON at all is left for the parser to find. */
function faultIn(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  let keys: Set<string> | null = null;
  let keyComes = false;
  let tokens = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      const end = endOfString(text, index);
      if (keyComes && keys !== null) {
        const key = plainKey(text.slice(index, end + 1));
        if (keys.has(key)) return 'it has a key twice in one object';
        keys.add(key);
        keyComes = false;
      }
      index = end;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (open.push(keys) > DEPTH_MAX) return 'it is nested too deeply';
      tokens += 1;
      keyComes = code === OPEN_OBJECT;
      keys = keyComes ? new Set() : null;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      keys = open.pop() ?? null;
      keyComes = false;
    } else if (code === COMMA || code === COLON) {
      tokens += 1;
      keyComes = code === COMMA && keys !== null;
    }
    if (tokens > TOKENS_MAX) return 'it has too many parts';
  }
  return undefined;
}

/** Index of the quote that ends the string beginning at `from`; the length of the text when there is none. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before -= 1;
  return (at - 1 - before) % 2 === 1;
}

/** The key a literal stands for: `"a"` and `"\u0061"` are the same one. */
function plainKey(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}
