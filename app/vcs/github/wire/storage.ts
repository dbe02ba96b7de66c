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
