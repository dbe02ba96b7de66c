import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * What an address is to an egress proxy. `open`: anybody's, out on the internet. `inner`: of this machine or of a private
 * network, reached only for hosts the operator names. `closed`: never, by nobody.
 */
export interface AddressVerdict {
  readonly reach: 'open' | 'inner' | 'closed';
  /** The kind of address, in words for people. */
  readonly kind: string;
}

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Addresses at which clouds hand out credentials, besides the link-local ones: Azure's wire server (public by its number),
 * Alibaba's and Oracle's, Amazon's and Google's over IPv6. Source: the metadata pages of these vendors.
 */
const METADATA = ['168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'].map((text) =>
  ipaddr.parse(text).toNormalizedString(),
);

const INNER: Readonly<Record<string, string>> = {
  private: 'private',
  uniqueLocal: 'private',
  loopback: 'loopback',
  carrierGradeNat: 'carrier-grade NAT',
};
/** The only IPv6 space that is given out; source: IANA, "Internet Protocol Version 6 Address Space". */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = ipaddr.IPv6.parseCIDR('2000::/3');
/** The well-known prefix through which IPv6-only networks reach IPv4; source: RFC 6052, section 2.1. */
const NAT64: [ipaddr.IPv6, number] = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const IPV4_OFFSET = 12;

/**
 * Judges one address in the text form of a resolver; anything that is not exactly that is `closed`. An IPv4 address inside
 * an IPv4-mapped or NAT64 address is judged as itself; 6to4, Teredo and other tunnels are `closed` whatever they hold.
 * `ownAddresses` are the machine's, and `inner` even where they are public.
 */
export function judgeAddress(text: string, ownAddresses: readonly string[]): AddressVerdict {
  if (isIP(text) === 0 || text.includes('%')) return { reach: 'closed', kind: 'malformed' };
  const address = parseAddress(text);
  const normal = address.toNormalizedString();
  if (METADATA.includes(normal)) return { reach: 'closed', kind: 'cloud metadata' };
  const range = address.range();
  const inner = INNER[range];
  if (inner !== undefined) return { reach: 'inner', kind: inner };
  const global = range === 'unicast' && (address.kind() === 'ipv4' || address.match(GLOBAL_IPV6));
  if (!global) return { reach: 'closed', kind: range === 'unicast' ? 'reserved' : range };
  const isOwn = ownAddresses.some((own) => isIP(own) !== 0 && parseAddress(own).toNormalizedString() === normal);
  return isOwn ? { reach: 'inner', kind: 'own' } : { reach: 'open', kind: 'public' };
}

/**
 * Reads an address whose form Node has approved. The library takes `::a.b.c.d` for IPv4-mapped, which the kernel does not;
 * so IPv6 goes through the URL parser first, which leaves no dots. A zone cannot go with it.
 */
function parseAddress(text: string): Ip {
  if (isIP(text) === 4) return ipaddr.IPv4.parse(text);
  const address = ipaddr.IPv6.parse(new URL(`http://[${text.replace(/%.*/, '')}]/`).hostname.slice(1, -1));
  const holdsIpv4 = address.range() === 'ipv4Mapped' || address.match(NAT64);
  return holdsIpv4 ? new ipaddr.IPv4(address.toByteArray().slice(IPV4_OFFSET)) : address;
}
