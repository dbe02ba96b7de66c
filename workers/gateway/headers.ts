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
 * What a guest may not say to the model server: who it is, who pays, how it should be reached, and what the body is. The
 * proxy read the body as JSON and says so itself, or the server could read it as something else.
 */
const NOT_FROM_GUEST: ReadonlySet<string> = new Set([
  'accept-encoding',
  'api-key',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'openai-organization',
  'openai-project',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
  'ocp-apim-subscription-key',
  'via',
  'x-api-key',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

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
  for (const [name, value] of passedOn(rawHeaders, NOT_FROM_GUEST)) {
    const key = name.toLowerCase();
    const present = kept.get(key);
    kept.set(key, present === undefined ? value : [present, value].flat());
  }
  return Object.fromEntries(kept);
}

/** Answer headers that go back to the guest, as a flat list in the server's own spelling and order. */
export function headersForGuest(rawHeaders: readonly string[]): string[] {
  return passedOn(rawHeaders, NOT_FOR_GUEST).flat();
}

function passedOn(rawHeaders: readonly string[], without: ReadonlySet<string>): [string, string][] {
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
    return !HOP_BY_HOP.has(key) && !listed.has(key) && !without.has(key);
  });
}
