type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * All of a stream, or undefined when it has more than `bytesMax` bytes; of a longer one no more than that and one chunk is
 * read, and it is cancelled.
 */
export async function readWhole(chunks: Chunks | null, bytesMax: number): Promise<Uint8Array | undefined> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) return undefined;
    kept.push(chunk);
  }
  return joined(kept, bytes);
}

/**
 * The last `bytesMax` bytes of a stream, of which no more than that and one chunk is ever held; undefined when it has more
 * than `readMax` bytes, since its end is then not known.
 */
export async function readTail(
  chunks: Chunks | null,
  { bytesMax, readMax }: { bytesMax: number; readMax: number },
): Promise<Uint8Array | undefined> {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let bytes = 0;
  for await (const chunk of chunks ?? []) {
    bytes += chunk.byteLength;
    if (bytes > readMax) return undefined;
    kept.push(chunk);
    keptBytes += chunk.byteLength;
    for (let [first] = kept; first !== undefined && keptBytes - first.byteLength >= bytesMax; [first] = kept) {
      kept.shift();
      keptBytes -= first.byteLength;
    }
  }
  return joined(kept, keptBytes).slice(-bytesMax);
}

/** The text of UTF-8 that may begin amid a character, which is then left out. */
export function textOfTail(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/^\uFFFD{1,3}/, '');
}

function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
