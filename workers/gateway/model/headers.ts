/** Headers that concern one connection only (RFC 9110, section 7.6.1) and so are never passed on. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What of a guest's headers goes on: what Codex 0.169.0 sends with a call and the API reads. All else is dropped, since a
 * server or a gateway in front of it can take a header nobody thought of for who pays, where the call goes or what is kept
 * of it (Portkey, Helicone and Cloudflare's gateway have families of those). The body is described by the proxy.
 */
const FROM_GUEST: ReadonlySet<string> = new Set([
  'accept',
  'conversation-id',
  'conversation_id',
  'openai-beta',
  'originator',
  'session-id',
  'session_id',
  'thread-id',
  'thread_id',
  'user-agent',
  'x-client-request-id',
]);
/** Families of which Codex adds members with its versions. */
const FROM_GUEST_BEGINNINGS: readonly string[] = ['x-codex-', 'x-openai-internal-codex-'];

/** What the model server says to the account holder, not to the guest. */
const NOT_FOR_GUEST: ReadonlySet<string> = new Set(['openai-organization', 'openai-project', 'set-cookie']);

/**
 * Request headers that go on to the model server with a JSON body of `bytes` bytes, by lower-case name. `rawHeaders` is
 * Node's flat list of names and values. The answer is asked for uncompressed, so that the guest cannot hide it from the
 * key guard by an encoding.
 */
export function headersForUpstream(rawHeaders: readonly string[], bytes: number): Record<string, string | string[]> {
  const kept = new Map<string, string | string[]>([
    ['accept-encoding', 'identity'],
    ['content-type', 'application/json'],
    ['content-length', String(bytes)],
  ]);
  for (const [name, value] of passedOn(rawHeaders, isFromGuest)) {
    const key = name.toLowerCase();
    const present = kept.get(key);
    kept.set(key, present === undefined ? value : [present, value].flat());
  }
  return Object.fromEntries(kept);
}

/** Answer headers that go back to the guest, as a flat list in the server's own spelling and order. */
export function headersForGuest(rawHeaders: readonly string[]): string[] {
  return passedOn(rawHeaders, (name) => !NOT_FOR_GUEST.has(name)).flat();
}

function isFromGuest(name: string): boolean {
  return FROM_GUEST.has(name) || FROM_GUEST_BEGINNINGS.some((beginning) => name.startsWith(beginning));
}

function passedOn(rawHeaders: readonly string[], mayPass: (name: string) => boolean): [string, string][] {
  const pairs: [string, string][] = [];
  const listed = new Set<string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    pairs.push([name, value]);
    if (name.toLowerCase() === 'connection') {
      for (const option of value.split(',')) listed.add(option.trim().toLowerCase());
    }
  }
  return pairs.filter(([name]) => {
    const key = name.toLowerCase();
    return !HOP_BY_HOP.has(key) && !listed.has(key) && mayPass(key);
  });
}
