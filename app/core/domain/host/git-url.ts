/** A URL below which there are repositories, or that is one, in the one form in which it is compared. */
interface GitUrl {
  /** Scheme, host in lower case, and the port where it is not the scheme's own. */
  readonly origin: string;
  readonly segments: readonly string[];
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: ':443', http: ':80' };
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** A name, an IPv4 address, or an IPv6 address in brackets (RFC 3986, 3.2.2). */
const HOST = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]`;
/** Unreserved characters (RFC 3986, 2.3), `+`, and the one escape that names of projects are known to have. */
const SEGMENT = '(?:[A-Za-z0-9._~+-]|%20)+';
const URL_FORM = new RegExp(`^(https?)://(${HOST})(:[1-9]\\d{0,4})?((?:/${SEGMENT})*)/?$`);

function readGitUrl(text: string): GitUrl | undefined {
  const [, scheme = '', name = '', port = '', path = ''] = URL_FORM.exec(text) ?? [];
  const host = name.toLowerCase();
  // What is sent holds a credential, so that without TLS it may not leave the machine.
  if (scheme === '' || (scheme === 'http' && !LOOPBACK.has(host))) return undefined;
  const segments = path.split('/').slice(1);
  if (segments.includes('.') || segments.includes('..')) return undefined;
  return { origin: `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : port}`, segments };
}

/**
 * The address of a Git server or of a part of it, in the form in which addresses are compared: `https`, or `http` to this machine
 * itself, without credentials, query, fragment or slash at the end. Undefined for anything else.
 */
export function gitAddress(text: string): string | undefined {
  const read = readGitUrl(text);
  return read && [read.origin, ...read.segments].join('/');
}

/** As {@link gitAddress}, of one repository: something has to follow the host. */
export function gitRepositoryUrl(text: string): string | undefined {
  return (readGitUrl(text)?.segments.length ?? 0) === 0 ? undefined : gitAddress(text);
}

/** Whether `url` is `address` or lies below it; both in the form of {@link gitAddress}. */
export function isBelow(url: string, address: string): boolean {
  return url === address || url.startsWith(`${address}/`);
}

/** Scheme, host and port of an address; empty for what is none. */
export function originOf(address: string): string {
  return readGitUrl(address)?.origin ?? '';
}
