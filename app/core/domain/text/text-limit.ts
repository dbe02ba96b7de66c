const encoder = new TextEncoder();

/** Size of a text in UTF-8 bytes. */
export function utf8Bytes(text: string): number {
  return encoder.encode(text).byteLength;
}

/** The text without lone surrogates, so that it is always valid UTF-8 (they become U+FFFD). */
export function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

/** The longest beginning of `text` that fits `bytesMax` UTF-8 bytes and does not cut a code point. */
export function cutBytes(text: string, bytesMax: number): string {
  const into = new Uint8Array(Math.max(0, bytesMax));
  const { read } = encoder.encodeInto(text, into);
  return text.slice(0, read);
}

/**
 * Keeps the first and last lines of a log within `bytesMax` UTF-8 bytes, a third for the head, and says how many were
 * left out. `omitted` counts lines that were already left out between head and tail before.
 */
export function fitLines(
  head: readonly string[],
  tail: readonly string[],
  limits: { bytesMax: number; omitted: number },
): string {
  const all = [...head, ...tail];
  const whole = all.join('\n');
  if (limits.omitted === 0 && utf8Bytes(whole) <= limits.bytesMax) return whole;
  const noteBytesMax = 64;
  const kept = takeLines(limits.omitted > 0 ? head : all, Math.floor(limits.bytesMax / 3));
  const rest = limits.omitted > 0 ? tail : all.slice(kept.lines.length);
  const ending = takeLines(rest.toReversed(), limits.bytesMax - kept.bytes - noteBytesMax);
  const left = limits.omitted + all.length - kept.lines.length - ending.lines.length;
  const note = left > 0 ? [`… ${left} lines omitted …`] : [];
  return cutBytes([...kept.lines, ...note, ...ending.lines.toReversed()].join('\n'), limits.bytesMax);
}

const LINE_BYTES_MAX = 4_000;

function takeLines(lines: readonly string[], bytesMax: number): { lines: string[]; bytes: number } {
  const taken: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const short = utf8Bytes(line) > LINE_BYTES_MAX ? `${cutBytes(line, LINE_BYTES_MAX)}…` : line;
    const size = utf8Bytes(short) + 1;
    if (bytes + size > bytesMax) break;
    taken.push(short);
    bytes += size;
  }
  return { lines: taken, bytes };
}
