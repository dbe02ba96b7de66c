import type { Readable } from 'node:stream';

/** The whole lines of a UTF-8 stream, without their ends; a last line that does not end is left out. Throws above `charactersMax` in one line. */
export async function* linesOf(stream: Readable, charactersMax: number): AsyncGenerator<string> {
  const parts: string[] = [];
  let size = 0;
  for await (const chunk of stream.setEncoding('utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    parts.push(first);
    size += first.length;
    for (const other of others) {
      yield parts.join('');
      parts.splice(0, parts.length, other);
      size = other.length;
    }
    if (size > charactersMax) throw new Error('A line of an answer is too long');
  }
}
