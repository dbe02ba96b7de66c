/** Characters of a host name, which is 255 octets on the wire (RFC 1035, 2.3.4). */
export const HOST_CHARS_MAX = 253;

/** Labels of letters, digits and inner hyphens; the last begins with a letter, so that no address is one (RFC 1123, 2.1; RFC 1034, 3.5). */
export const HOST_PATTERN =
  '(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOST_NAME = new RegExp(`^${HOST_PATTERN}$`);

/**
 * One host as people write it, in lower case and without the dot of the root; undefined for anything else: an address, a
 * URL, a port, a pattern, a name of one label, or letters outside ASCII (these are written in their `xn--` form).
 */
export function hostName(written: string): string | undefined {
  const name = written.toLowerCase().replace(/\.$/, '');
  return name.length <= HOST_CHARS_MAX && HOST_NAME.test(name) ? name : undefined;
}
