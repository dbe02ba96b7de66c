import { domainToASCII } from 'node:url';
import { AppError } from '#core/domain/errors.ts';

/** Whether a host, in the form of {@link canonicalHost}, is in a list. */
export type HostMatcher = (host: string) => boolean;

/** Characters that could end a host name and begin something else: port, user, path, query, zone, escape, bracket. */
const FOREIGN_ASCII = /[\x00-\x2c\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/;
const LENGTH_MAX = 253;
/** Two labels at least, the last one beginning with a letter: so no form of an address is a name. */
const NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const WILDCARD = '*.';

/**
 * A DNS name in the one form in which names are compared: ASCII (IDNA as browsers do it), lower case, no final dot. Null
 * for whatever is no fully written name: addresses in every notation (dotted, decimal, octal, hexadecimal, short, IPv6,
 * with a zone), single labels, other characters. Source of the address notations: URL Standard, "host parsing".
 */
export function canonicalHost(text: string): string | null {
  if (text.length > LENGTH_MAX + 1 || FOREIGN_ASCII.test(text)) return null;
  const ascii = domainToASCII(text).toLowerCase().replace(/\.$/, '');
  return ascii.length <= LENGTH_MAX && NAME.test(ascii) ? ascii : null;
}

/**
 * Reads a list of names and `*.name` patterns. A pattern stands for everything below the name, at any depth, and not for
 * the name itself. @throws AppError `invalid` when an entry is neither.
 */
export function matchHosts(entries: readonly string[]): HostMatcher {
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries) {
    const below = entry.startsWith(WILDCARD);
    const name = canonicalHost(below ? entry.slice(WILDCARD.length) : entry);
    if (name === null) throw new AppError('invalid', `Egress host ${JSON.stringify(entry)} is not a DNS name`);
    if (below) suffixes.push(`.${name}`);
    else names.add(name);
  }
  return (host) => names.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
}
