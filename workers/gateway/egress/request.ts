import { canonicalHost } from './host.ts';

/** A tunnel that was asked for; `host` is a canonical name. */
export interface ConnectRequest {
  readonly kind: 'connect';
  /** `host:port`, for people. */
  readonly target: string;
  readonly host: string;
  readonly port: 80 | 443;
}

/** What a guest asked the proxy for. The `target` of an unfit request is what it said, made printable and short. */
export type EgressRequest = ConnectRequest | { readonly kind: 'unfit'; readonly target: string; readonly why: string };

const CONNECT = /^CONNECT ([^\s]+) HTTP\/1\.[01]$/;
const OTHER_REQUEST = /^[A-Z]{1,20} (?:([a-z]{1,10}):\/\/)?([^/\s]*)[^\s]* HTTP\/1\.[01]$/;
const AUTHORITY = /^(.*):([^:\]]*)$/s;
const PORTS: ReadonlyMap<string, 80 | 443> = new Map([
  ['443', 443],
  ['80', 80],
]);
const HTTP_ADVICE = 'plain http is not proxied, use https';
const TARGET_CHARACTERS_MAX = 100;
/** `:`, digits and dots, possibly in brackets or hexadecimal: somebody meant an address. */
const LOOKS_LIKE_ADDRESS = /^\[|:|^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?$/i;

/**
 * Reads the head of a proxy request, without its final empty line. Only CONNECT is served: it is what clients use for
 * https, and a request in plain http would have to be rewritten to be safe. Header fields are ignored, a body of CONNECT
 * has no meaning (RFC 9110, section 9.3.6), so bytes after the head already belong to the tunnel.
 */
export function readEgressRequest(head: Buffer): EgressRequest {
  const line = head.toString('utf8').split('\r\n', 1)[0] ?? '';
  const authority = CONNECT.exec(line)?.[1];
  if (authority !== undefined) return readAuthority(authority);
  const [, scheme, host = ''] = OTHER_REQUEST.exec(line) ?? [];
  if (scheme === undefined) return { kind: 'unfit', target: '-', why: 'not a proxy request' };
  return { kind: 'unfit', target: printable(host), why: scheme === 'http' ? HTTP_ADVICE : 'only CONNECT is served' };
}

function readAuthority(authority: string): EgressRequest {
  const target = printable(authority);
  const unfit = (why: string): EgressRequest => ({ kind: 'unfit', target, why });
  const [, name, digits = ''] = AUTHORITY.exec(authority) ?? [];
  if (name === undefined) return unfit('no port');
  const host = canonicalHost(name);
  if (host === null) return unfit(LOOKS_LIKE_ADDRESS.test(name) ? 'an address, not a host name' : 'not a host name');
  const port = PORTS.get(digits);
  if (port === undefined) return unfit('only ports 443 and 80 are open');
  return { kind: 'connect', target: `${host}:${port}`, host, port };
}

/** A stranger's text for logs, answers and people: what no host has in it is replaced, and the rest is cut. */
function printable(text: string): string {
  return text.slice(0, TARGET_CHARACTERS_MAX).replace(/[^A-Za-z0-9.:[\]%_-]/g, '?');
}
