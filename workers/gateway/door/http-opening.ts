/** What the first bytes of a connection are: not yet enough, an HTTP/1 request for a host, or nothing that can be let through. */
export type HttpOpening =
  | { readonly kind: 'partial' }
  /** `host` is the whole value of the Host header, its port included. */
  | { readonly kind: 'request'; readonly host: string }
  | { readonly kind: 'unfit'; readonly why: string };

const METHOD = /^[A-Z]{1,20}$/;
const REQUEST_LINE = /^[A-Z]{1,20} [/*][^\s]* HTTP\/1\.[01]$/;
/** No space before the colon and no folded line, since servers differ in what they make of those (RFC 9112, section 5.1). */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)$/;
const HOST_VALUE = /^[ \t]*([^ \t]*)[ \t]*$/;

/** Reads the Host header of the first request. A target that names a host of its own is unfit: it would outweigh the header. */
export function readHttpOpening(bytes: Buffer): HttpOpening {
  const text = bytes.toString('latin1');
  if (!METHOD.test(text.split(' ', 1)[0] ?? '')) return unfit('not HTTP');
  const [requestLine = '', ...rest] = text.split('\r\n');
  if (rest.length > 0 && !REQUEST_LINE.test(requestLine)) return unfit('not a plain HTTP/1 request');
  const end = rest.indexOf('');
  if (end === -1 || end === rest.length - 1) return { kind: 'partial' };
  const hosts: string[] = [];
  for (const line of rest.slice(0, end)) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) return unfit('malformed HTTP header');
    if (name.toLowerCase() === 'host') hosts.push(HOST_VALUE.exec(value)?.[1] ?? '');
  }
  const [host, ...others] = hosts;
  return host === undefined || others.length > 0
    ? unfit('not exactly one Host header')
    : { kind: 'request', host: host.toLowerCase() };
}

function unfit(why: string): HttpOpening {
  return { kind: 'unfit', why };
}
