/** Longest time a file may take, its last byte included. */
const FILE_TIMEOUT_MS = 20_000;
const USER_AGENT = 'astraforge/0.1';

/**
 * Asks for one file in a host's storage: without any credential (the address itself is signed), without following a redirect,
 * and for at most 20 s. Rejects with what `fetch` rejects with.
 */
export function openFile(url: URL): Promise<Response> {
  return fetch(url, {
    redirect: 'manual',
    credentials: 'omit',
    headers: { 'user-agent': USER_AGENT },
    signal: AbortSignal.timeout(FILE_TIMEOUT_MS),
  });
}

/** The whole body, or undefined when it has more than `bytesMax` bytes; of a larger one no more than that is read. */
export async function readWhole(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the download.
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/**
 * The last `bytesMax` bytes of a body, of which no more than that and one chunk is ever held; undefined when it has more than
 * `readMax` bytes, since its end is then not known.
 */
export async function readTail(
  response: Response,
  { bytesMax, readMax }: { bytesMax: number; readMax: number },
): Promise<Uint8Array | undefined> {
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > readMax) return undefined;
    kept.push(chunk);
    keptBytes += chunk.byteLength;
    for (let [first] = kept; first !== undefined && keptBytes - first.byteLength >= bytesMax; [first] = kept) {
      kept.shift();
      keptBytes -= first.byteLength;
    }
  }
  const tail = Buffer.concat(kept);
  return new Uint8Array(tail.subarray(Math.max(0, tail.byteLength - bytesMax)));
}
